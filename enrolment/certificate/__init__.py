"""The paper: what stands on a certificate of attendance, and its PDF."""
