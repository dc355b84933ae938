"""What `./run bench` measures: as in production, but with a folder and a database of its own, and without TLS."""

from .base import *  # noqa: F403
from .base import DATABASES, MIDDLEWARE, STORAGES, VAR

SECRET_KEY = "only-for-benchmarks-" + "0" * 40
IS_BENCHMARK = True
MIDDLEWARE = ["consulting.bench.probe.Probe", *MIDDLEWARE]
WHITENOISE_USE_FINDERS = False
STATIC_ROOT = VAR / "staticfiles"
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
if "postgresql" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 4}}
LOGGING = {"version": 1, "disable_existing_loggers": True}
