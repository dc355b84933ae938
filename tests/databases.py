"""Test databases that are copied instead of made.

How it is done, and what else was thought of:
- Migrating an empty database takes most of a minute. What the migrations leave is the same as long as they are, so it
  is kept as a *template* whose name says what it was made from; each run, and each process of a run, starts with a copy
  (a copied file on SQLite, CREATE DATABASE … TEMPLATE on PostgreSQL).
- `--reuse-db` keeps what the last run has left behind and migrates all the same; a copy is faster and always clean. So
  neither that flag nor `--create-db` changes anything here. To make the template afresh, remove it.
- Whoever needs other rows (a site as `setup_site` leaves it, the demo content) makes a copy with them once, and has it
  swapped in for one test at a time by changing the name that new connections use.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import setup_databases

SIDE_FILES = ("-wal", "-shm")
REAL_NAME = connection.settings_dict["NAME"]  # before any test database takes its place


# --- The template ------------------------------------------------------------------------------------------------


def make_test_database() -> str:
    """Give this process a migrated database of its own and go there; gives the name of the template.

    The template is made by whoever comes first; others wait for it.
    """
    name, template = connection.creation._get_test_db_name(), template_name()
    with _one_at_a_time():
        if not _exists(template):
            _migrate_template(template)
        _remove(name)
        _copy(template, name)
    _enter(name)
    return template


def remove_test_database() -> None:
    name = connection.settings_dict["NAME"]
    _leave()
    _enter(REAL_NAME)
    _remove(name)


def template_name() -> str:
    """Beside the database that the processes of a run share, with a fingerprint of all that shapes it."""
    total = hashlib.sha256(f"{connection.vendor} {settings.LANGUAGES}".encode())
    for line in sorted(f"{found.name} {found.version}" for found in distributions()):
        total.update(line.encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            total.update(path.name.encode() + path.read_bytes())
    return f"{_template_stem()}{total.hexdigest()[:12]}"


def _template_stem() -> str:
    if connection.vendor == "sqlite":
        return str(Path(settings.VAR) / "test-migrated-")
    return f"test_migrated_{REAL_NAME}_"


def _migrate_template(template: str) -> None:
    """Migrate as Django's runner does, then keep the result under the template's name, and no older one."""
    made = setup_databases(verbosity=0, interactive=False, aliases=["default"], serialized_aliases=[])
    name = connection.settings_dict["NAME"]
    _leave()
    for old in _templates():
        _remove(old)
    _copy(name, f"{template}-unfinished")
    _rename(f"{template}-unfinished", template)
    _enter(made[0][1])


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """The processes of one run share the folder of run-time data, and so this lock."""
    Path(settings.VAR).mkdir(parents=True, exist_ok=True)
    with (Path(settings.VAR) / "test-database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- Copies ------------------------------------------------------------------------------------------------------


def make_copy(suffix: str, *, of: str = "") -> str:
    """A copy of that database, or of the current one, beside the current one; gives its name."""
    name = connection.creation.get_test_db_clone_settings(suffix)["NAME"]
    source = of or connection.settings_dict["NAME"]
    _leave()
    _remove(name)
    _copy(source, name)
    return name


def remove_copy(name: str) -> None:
    _leave()
    _remove(name)


@contextmanager
def swapped_in(name: str) -> Iterator[None]:
    """All new connections of this process, a live server's included, go to that database."""
    before = connection.settings_dict["NAME"]
    _enter(name)
    cache.clear()
    try:
        yield
    finally:
        _enter(before)
        cache.clear()


def _enter(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


def _leave() -> None:
    """Nobody may be connected to a database that is copied or removed, and its file must hold everything."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # what stands in the log of changes is not in the file yet
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _exists(name: str) -> bool:
    return name in _templates()


def _templates() -> list[str]:
    stem = _template_stem()
    if connection.vendor == "sqlite":
        return [str(path) for path in Path(stem).parent.glob(f"{Path(stem).name}*")]
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(query, [stem])
        return [name for (name,) in cursor.fetchall()]


def _copy(source: str, target: str) -> None:
    if connection.vendor == "sqlite":
        shutil.copyfile(source, target)
    else:
        _run("CREATE DATABASE {} TEMPLATE {}", target, source)


def _rename(source: str, target: str) -> None:
    if connection.vendor == "sqlite":
        Path(source).replace(target)
    else:
        _run("ALTER DATABASE {} RENAME TO {}", source, target)


def _remove(name: str) -> None:
    if connection.vendor == "sqlite":
        for rest in ("", *SIDE_FILES):
            Path(name + rest).unlink(missing_ok=True)
    else:
        _run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _run(statement: str, *names: str) -> None:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(statement.format(*map(connection.ops.quote_name, names)))
