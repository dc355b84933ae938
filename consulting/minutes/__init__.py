"""The paper: minutes of a meeting as accessible PDF."""
