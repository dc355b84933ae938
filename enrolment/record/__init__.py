"""The learning record: what a person has completed here and elsewhere, as page, PDF and JSON."""
