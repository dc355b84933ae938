"""The poster about the project: A3, for the venues (DOMAIN.md 6, F7)."""
