"""The embedded default: SQLite, no broker, no cache server, mail into files. `./run demo` uses it."""

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, VAR, env

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=ALLOWED_HOSTS)  # ./run demo --host names more


def _secret_key() -> str:
    """The key of this installation, made once and kept in the folder of run-time data."""
    from django.core.management.utils import get_random_secret_key

    path = VAR / "secret_key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        path.write_text(get_random_secret_key(), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = env.str("SECRET_KEY", default="") or _secret_key()
