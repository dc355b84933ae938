"""How much work one request is: CPU time of the server, and statements."""

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from . import BenchRefused

WARM_UP = 5


@dataclass
class Target:
    """One address of one server, and what was measured of it."""

    name: str
    port: int
    path: str
    cpu: Callable[[], float]
    cookie: str = ""
    forget: bool = False
    known: str = ""  # the mark of a copy that the caller has
    expected: int = 200
    rounds: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        """CPU time of a request in the middle round: what else the machine does disturbs single rounds."""
        return median(self.rounds)

    @property
    def wait_ms(self) -> float:
        return median(self.waits)


def measure(targets: list[Target], *, requests: int, rounds: int) -> None:
    """Ask every target in turn, so that all of them see the same weather."""
    for target in targets:
        _ask(target, WARM_UP)
    for _round in range(rounds):
        for target in targets:
            _ask(target, 1)  # another one may have emptied the cache
            before, begun = target.cpu(), time.perf_counter()
            _ask(target, requests)
            waited = time.perf_counter() - begun
            target.rounds.append((target.cpu() - before) / requests * 1000)
            target.waits.append(waited / requests * 1000)


def _ask(target: Target, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    headers = _headers(target) | ({"X-Bench-Forget": "1"} if target.forget else {})
    for _time in range(times):
        _answer(connection, target, headers).read()
    connection.close()


def _headers(target: Target) -> dict[str, str]:
    headers = {"Cookie": target.cookie} if target.cookie else {}
    return headers | ({"If-None-Match": target.known} if target.known else {})


def _answer(connection: http.client.HTTPConnection, target: Target, headers: dict) -> http.client.HTTPResponse:
    connection.request("GET", target.path, headers=headers)
    answer = connection.getresponse()
    if answer.status != target.expected:
        raise BenchRefused(f"{target.path} answered {answer.status}.")
    return answer


def statements(target: Target) -> tuple[int, int]:
    """How many statements a warm request makes, and how often the most repeated one."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    answer = _answer(connection, target, _headers(target) | {"X-Bench-Count": "1"})
    answer.read()
    connection.close()
    return int(answer.headers["X-Bench-Statements"]), int(answer.headers["X-Bench-Repeated"])


def conditional(target: Target) -> int:
    """What a browser gets that asks again with the mark of its copy: 304 where nothing has changed."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    first = _answer(connection, target, _headers(target))
    first.read()
    mark = first.headers["ETag"]
    if not mark:
        return first.status
    connection.request("GET", target.path, headers=_headers(target) | {"If-None-Match": mark})
    again = connection.getresponse()
    again.read()
    connection.close()
    return again.status


def copy_of(target: Target) -> tuple[str, bytes]:
    """The mark and the content of what is there."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    answer = _answer(connection, target, _headers(target))
    content = answer.read()
    connection.close()
    return answer.headers["ETag"] or "", content
