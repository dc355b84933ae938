"""What the tests of faults break on purpose: a mail server that counts, workers and brokers that can be killed."""

import os
import re
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(is_so, *, seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False


# --- Mail --------------------------------------------------------------------------------------------------------
class Letters(socketserver.StreamRequestHandler):
    """As much of SMTP as smtplib speaks to a server without extensions."""

    def handle(self):
        self.say("220 catcher")
        for line in self.rfile:
            word = line.upper().split()[:1]
            if word == [b"DATA"]:
                self.say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.count(text.decode("utf-8", "replace"))
            elif word == [b"QUIT"]:
                self.say("221 bye")
                return
            self.say("250 ok")

    def say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


class MailCatcher(socketserver.ThreadingTCPServer):
    """Accepts every letter and counts how often each Message-ID came."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Letters)
        self.seen: Counter[str] = Counter()
        self.lock = threading.Lock()

    def handle_error(self, request, client_address):
        """A worker that was killed in the middle of a letter has not sent it."""

    def count(self, text: str) -> None:
        found = re.search(r"^Message-ID: (\S+)", text, flags=re.MULTILINE)
        with self.lock:
            self.seen[found[1]] += 1

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def mail_catcher() -> Iterator[MailCatcher]:
    with MailCatcher() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


# --- Workers and brokers -----------------------------------------------------------------------------------------
def database_address() -> str:
    """The database of this test, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return re.sub(r"/[^/]*$", f"/{name}", settings.TEST_DATABASE_URL)


@contextmanager
def worker(folder: Path, *, broker: str, mail: str = "") -> Iterator[subprocess.Popen]:
    """A real Celery worker in a process of its own, on the database of this test; mails go into files, or to `mail`."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "academy.settings.dev",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database_address(),
        "CELERY_BROKER_URL": broker,
        "ZUGANG_VAR": str(folder),
        **({"EMAIL_URL": mail} if mail else {}),
    }
    command = [sys.executable, "-m", "celery", "-A", "academy", "worker", "--pool", "threads", "--concurrency", "4"]
    with (folder / "worker.log").open("a") as log:
        process = subprocess.Popen(
            [*command, "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
            cwd=settings.ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def redis_server(folder: Path, port: int) -> Iterator[str]:
    """A Redis of our own, never the machine's; gives its address."""
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("needs redis-server on the path")
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        assert wait_for(lambda: is_listening(port), seconds=30)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        end(process)


# --- A database that can be killed -------------------------------------------------------------------------------
class DatabaseServer:
    """A PostgreSQL of our own in a folder, never the machine's."""

    def __init__(self, folder: Path, port: int):
        self.folder, self.port = folder, port
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        program = shutil.which("initdb") or (str(found[-1]) if found else "")
        if not program:
            pytest.skip("needs the programs of PostgreSQL")
        self.programs = Path(program).resolve().parent

    @property
    def address(self) -> str:
        return f"postgres://zugang@127.0.0.1:{self.port}/postgres"

    def run(self, name: str, *arguments: str) -> None:
        """One of its programs; it refuses to run as root, so root lends it the account that the packages made."""
        as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_owner, str(self.programs / name), "-D", str(self.folder / "data"), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "--username", "zugang", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def crash_and_start(self) -> None:
        """As if the machine had lost power for a moment: nobody may finish anything."""
        self.run("pg_ctl", "-w", "-m", "immediate", "-l", str(self.folder / "log"), "restart")

    def fill(self) -> None:
        """What is in the database of this test."""
        dump = subprocess.Popen(
            [str(self.programs / "pg_dump"), "--no-owner", database_address()], stdout=subprocess.PIPE
        )
        into = [str(self.programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", self.address]
        subprocess.run(into, stdin=dump.stdout, stdout=subprocess.DEVNULL, check=True, timeout=120)
        assert dump.wait() == 0


@contextmanager
def database_server() -> Iterator[DatabaseServer]:
    with tempfile.TemporaryDirectory(prefix="zugang-", dir="/tmp") as folder:
        server = DatabaseServer(Path(folder), free_port())
        server.start()
        try:
            yield server
        finally:
            server.run("pg_ctl", "-w", "-m", "immediate", "stop")


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
