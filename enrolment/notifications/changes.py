"""What has changed about the dates of a run, in words: «bisher … → jetzt …»."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from academy.common.links import absolute_url, secret_hash
from academy.common.moments import span
from academy.services import Message
from courses.models import CourseRun, Session
from enrolment.models import Enrolment

from .writing import facts, write


@dataclass(frozen=True)
class Known:
    """One date as somebody knows it. `link` tells whether the way into the online room is the same, and not the way."""

    session: int
    sequence: int
    starts_at: datetime
    ends_at: datetime
    where: str
    link: str

    @classmethod
    def of(cls, session: Session, run: CourseRun) -> "Known":
        where, link = session.own_place or run.place, session.online_link or run.online_link
        hashed = secret_hash(link) if link else ""
        return cls(session.pk, session.sequence, session.starts_at, session.ends_at, where, hashed)

    @classmethod
    def read(cls, row: dict) -> "Known":
        moments = {name: datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at")}
        return cls(**{**row, **moments})

    def as_row(self) -> dict:
        return {**vars(self), "starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}

    def removed(self) -> Session:
        """The session as it was last known, for calendars that must strike it."""
        return Session(
            pk=self.session, sequence=self.sequence, starts_at=self.starts_at, ends_at=self.ends_at, place=self.where
        )

    def in_words(self) -> str:
        when = span(self.starts_at, self.ends_at)
        return f"{when}, {self.where}" if self.where else when

    def looks_like(self, other: "Known") -> bool:
        """Whether people read the same of both."""
        return (self.starts_at, self.ends_at, self.where) == (other.starts_at, other.ends_at, other.where)


@dataclass(frozen=True)
class Changes:
    """How the dates that somebody knows differ from those that hold now."""

    before: dict[int, Known]
    now: dict[int, Known]

    @classmethod
    def between(cls, before: Iterable[Known], now: Iterable[Known]) -> "Changes":
        return cls({known.session: known for known in before}, {known.session: known for known in now})

    @property
    def removed(self) -> list[Known]:
        return [known for key, known in self.before.items() if key not in self.now]

    @property
    def has_new_link(self) -> bool:
        same = self.before.keys() & self.now.keys()
        return any(self.before[key].link != self.now[key].link for key in same)

    def __bool__(self) -> bool:
        return self.has_new_link or bool(self.in_words())

    def in_words(self) -> list[str]:
        """A sentence for each date, in the order of time, in the language that is active."""
        lines = []
        for key, known in self.before.items():
            if key not in self.now:
                lines.append((known.starts_at, _("No longer takes place: %(before)s") % {"before": known.in_words()}))
            elif not known.looks_like(self.now[key]):
                words = {"before": known.in_words(), "now": self.now[key].in_words()}
                lines.append((known.starts_at, _("So far: %(before)s → now: %(now)s") % words))
        lines += [
            (known.starts_at, _("New: %(now)s") % {"now": known.in_words()})
            for key, known in self.now.items()
            if key not in self.before
        ]
        return [text for _moment, text in sorted(lines)]


def run_moved(enrolment: Enrolment, *, changes: Changes, cause: str, at: datetime) -> None:
    """Dates, place or the way in have changed: what was, what is, and everything as it holds from now on."""
    write(
        enrolment,
        cause,
        at,
        lambda title: Message(
            subject=_("New dates or a new place: %(course)s") % {"course": title},
            paragraphs=[
                _("Something about this course has changed."),
                *changes.in_words(),
                *([_("The way into the online room is a new one.")] if changes.has_new_link else []),
                _("From now on the details below hold."),
            ],
            facts=facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
            closing=[_("If you cannot come any more, please give the place back: somebody may be waiting for it.")],
        ),
        brings_dates=True,
        removed=[known.removed() for known in changes.removed],
    )
