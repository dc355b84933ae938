"""Many people who send their forms at once, over HTTP."""

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from statistics import quantiles

from .cookies import TOKEN

HANDS = 8  # callers at a time


@dataclass(frozen=True)
class Call:
    """One form that one person sends."""

    path: str
    cookie: str
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    seconds: float
    leads_to: str = ""


@dataclass
class Rush:
    """All answers to calls that were sent at once; the duration is that of the whole."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.answers) / self.seconds

    @property
    def errors(self) -> int:
        return sum(answer.status >= 400 for answer in self.answers)


def p95(rushes: Sequence[Rush]) -> float:
    """The time in seconds within which 95 of 100 were answered."""
    return quantiles([answer.seconds for rush in rushes for answer in rush.answers], n=20)[-1]


def send(port: int, calls: Sequence[Call], *, hands: int = HANDS) -> Rush:
    """Send every call once, `hands` at a time, in the order given; the answers stand in the order of the calls."""
    waiting: SimpleQueue = SimpleQueue()
    for place, call in enumerate(calls):
        waiting.put((place, call))
    answers: dict[int, Answer] = {}

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        with suppress(Empty):
            while True:
                place, call = waiting.get_nowait()
                answers[place] = _answer(connection, call)
        connection.close()

    begun = time.perf_counter()
    with ThreadPoolExecutor(hands) as pool:
        for done in [pool.submit(work) for _hand in range(hands)]:
            done.result()
    return Rush([answers[place] for place in range(len(calls))], time.perf_counter() - begun)


def _answer(connection: http.client.HTTPConnection, call: Call) -> Answer:
    headers = {"Cookie": call.cookie, "X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
    begun = time.perf_counter()
    connection.request(call.method, call.path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return Answer(answer.status, time.perf_counter() - begun, answer.headers["Location"] or "")
