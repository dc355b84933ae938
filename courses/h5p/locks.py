"""One at a time, for what has no row yet that could be locked."""

import hashlib

from django.db import connection


def hold(name: str) -> None:
    """Wait until nobody else holds the lock `name`, and hold it until the transaction ends.

    SQLite needs nothing: its transactions are IMMEDIATE, so that only one writes at a time anyway.
    """
    if connection.vendor == "postgresql":
        key = int.from_bytes(hashlib.sha256(f"h5p:{name}".encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
