"""What an app says about one kind of long work that people watch: how it is done, and what is tidied up afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Clock = Callable[[], datetime]


class JobFailed(Exception):
    """The work cannot be done, and trying again would not help. The message is written for who started it."""


@dataclass(frozen=True)
class JobResult:
    """What came of it, in words, and the address where it is to be seen with the name of that link."""

    words: str
    path: str = ""
    label: str = ""


@dataclass(frozen=True)
class JobKind:
    """One kind of long work, registered by the app that does it.

    `work(job, clock)` does what is still to be done and calls `services.advance_job` after each step, best in the
    step's own transaction. It may be cut off anywhere and begun anew, so that it must find out itself what is done.
    It gives a JobResult, or raises JobFailed with a sentence for the person. It speaks the person's language.
    `tidy(data)` is called once the job has ended or is removed, whatever came of it: files that it needed go there.
    """

    key: str
    work: Callable[[Any, Clock], JobResult]
    tidy: Callable[[dict], None] | None = None
