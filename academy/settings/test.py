"""Tests: the embedded default, or PostgreSQL where TEST_DATABASE_URL is set, and a real broker where
TEST_BROKER_URL is.
"""

import os
import re
import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import DATABASES, STORAGES, VAR, env

SECRET_KEY = "only-for-tests-" + "0" * 40
DEMO = True
TEST_DATABASE_URL = env.str("TEST_DATABASE_URL", default="")
TEST_BROKER_URL = env.str("TEST_BROKER_URL", default="")
if TEST_BROKER_URL:  # each process of a test run counts down from the database that is named
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    TEST_BROKER_URL = re.sub(r"(?<=/)\d+$", lambda number: str(int(number[0]) - worker), TEST_BROKER_URL)
if TEST_DATABASE_URL:
    DATABASES["default"] = env.db_url_config(TEST_DATABASE_URL)
else:
    VAR.mkdir(parents=True, exist_ok=True)
    # A file, so that the live server's thread and --reuse-db see the same database.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}

TEST_ROOT = Path(tempfile.mkdtemp(prefix="zugang-test-"))
MEDIA_ROOT = TEST_ROOT / "media"
H5P_ROOT = TEST_ROOT / "h5p"
STORAGES["h5p"]["OPTIONS"] = {"location": str(H5P_ROOT), "base_url": None}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
