"""Databases and servers that a benchmark makes for itself and takes away again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from . import BenchRefused

ROOT = Path(__file__).resolve().parents[2]
PROC = Path("/proc")
START_SECONDS = 180
KEPT_BACK = ("DATABASE_URL", "DATABASE_REPLICA_URL", "CACHE_URL", "BASE_URL", "S3_BUCKET", "SENTRY_DSN", "EMAIL_URL")


@dataclass(frozen=True)
class Databases:
    """Where databases are made: files in the folder, or beside the database of `outside` on PostgreSQL."""

    folder: Path
    outside: str = ""

    @property
    def kind(self) -> str:
        return "PostgreSQL" if self.outside else "SQLite"

    def url(self, name: str) -> str:
        return self._beside(name) if self.outside else f"sqlite:///{self.folder / name}.sqlite3"

    def _beside(self, name: str) -> str:
        parts = urlsplit(self.outside)
        return urlunsplit((parts.scheme, parts.netloc, f"/{self._full(name)}", parts.query, ""))

    def make(self, name: str) -> None:
        """An empty database; a file is made by whoever writes first."""
        if self.outside:
            self._run("CREATE DATABASE {}", self._full(name))

    def copy(self, source: str, target: str) -> None:
        """A second database with the same rows. Nobody may be connected to the first one."""
        if self.outside:
            self._run("CREATE DATABASE {} TEMPLATE {}", self._full(target), self._full(source))
        else:
            shutil.copyfile(self.folder / f"{source}.sqlite3", self.folder / f"{target}.sqlite3")

    def drop(self, *names: str) -> None:
        for name in names if self.outside else ():
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", self._full(name))

    def rows(self, name: str, statement: str, values: Sequence = ()) -> list[tuple]:
        """What a statement finds in one of the databases, past all of our code; on PostgreSQL."""
        with psycopg.connect(self._beside(name)) as connection:
            return connection.execute(statement, values).fetchall()

    def cpu(self, name: str) -> float:
        """Seconds that the processes of PostgreSQL behind this database have used; SQLite works in the server's own."""
        if not self.outside:
            return 0.0
        with psycopg.connect(self._address()) as connection:
            query = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
            pids = [pid for (pid,) in connection.execute(query, [self._full(name)])]
        return sum(_cpu_of(PROC / str(pid)) for pid in pids)

    def _full(self, name: str) -> str:
        return f"zugang_bench_{os.getpid()}_{name}"

    def _address(self) -> str:
        return self.outside.replace("postgis://", "postgres://").replace("psql://", "postgres://")

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._address(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def environment(settings: str, folder: Path, database: str) -> dict[str, str]:
    """What our processes are told; nothing of this machine's own installation reaches them."""
    kept = {name: value for name, value in os.environ.items() if name not in KEPT_BACK}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": settings,
        "ZUGANG_VAR": str(folder),
        "DATABASE_URL": database,
        "DEMO": "1",
        "CELERY_BROKER_URL": os.environ.get("TEST_BROKER_URL") or "memory://localhost",
        "PYTHONPATH": str(ROOT),
    }


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run manage.py and give what it printed; a failure is shown with its output."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BenchRefused(f"manage.py {arguments[0]} did not succeed:\n{done.stdout}{done.stderr}")
    return done.stdout


@dataclass
class Server:
    """One running web server."""

    name: str
    port: int
    process: subprocess.Popen

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of user and system time of the server and its workers."""
        return sum(_cpu_of(folder) for folder in self._folders())

    def memory(self) -> int:
        """Resident bytes of the server and its workers."""
        pages = (int((folder / "statm").read_text().split()[1]) for folder in self._folders())
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")

    def _folders(self) -> list[Path]:
        return [folder for folder in PROC.iterdir() if folder.name.isdigit() and self._is_ours(folder)]

    def _is_ours(self, folder: Path) -> bool:
        try:
            return int(_fields(folder)[2]) == self.process.pid  # the group of processes that we started
        except OSError:
            return False


def _fields(folder: Path) -> list[str]:
    """What stands in `stat` after the name of the program, which may contain anything."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def _cpu_of(folder: Path) -> float:
    try:
        fields = _fields(folder)
    except OSError:  # ended meanwhile, or another machine's
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(
    name: str, application: str, env: dict[str, str], *, workers: int = 1, threads: int = 1
) -> Iterator[Server]:
    """Granian as production starts it, until the block ends; `threads` are those of each worker."""
    if not (PROC / "self" / "stat").exists():
        raise BenchRefused("The time that a server uses is read from /proc: benchmarks need Linux.")
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", str(threads), "--log-level", "warning", application]
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)  # noqa: S603
    try:
        _wait(f"http://127.0.0.1:{port}/", process)
        yield Server(name, port, process)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(url: str, process: subprocess.Popen) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise BenchRefused(f"A web server did not start (code {process.returncode}).")
        try:
            opener.open(url, timeout=10).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise BenchRefused(f"A web server did not answer within {START_SECONDS} seconds.")
