"""Certificates of a run that is over: all issued, one of them corrected, one revoked, so that each can be checked."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from academy.models import User
from courses.models import CourseRun
from enrolment import services
from enrolment.models import Certificate, ExternalCourse

RUN, LOGIN = "zugang-grundlagen-1", "r-spree-schalter"
CORRECTED_NAME = "Sachbearbeitung Spreehain (Demo)"
REASON = "Auf der Anwesenheitsliste war die Zeile einer anderen Person angekreuzt."


ELSEWHERE = (
    ("Gesprächsführung mit Sprachmittlung", "Volkshochschule (Demo)", date(2025, 9, 15), date(2025, 9, 16), "12"),
    ("Einfache Sprache in Bescheiden", "Verwaltungsakademie (Demo)", date(2024, 11, 7), date(2024, 11, 7), "6"),
)


def load_certificates(people: dict[str, User]) -> None:
    """Nothing happens where certificates of the run have been issued already."""
    _load_record(people[LOGIN])
    run = CourseRun.objects.get(slug=RUN)
    if Certificate.objects.filter(enrolment__run=run).exists():
        return
    office, at = people["r-akademie"], run.sessions.latest("ends_at").ends_at + timedelta(days=7)
    issued = services.issue_certificates(run=run, actor=office, at=at)
    own = next((one for one in issued if one.holder == people[LOGIN]), None)
    if own is not None:
        later = at + timedelta(days=2)
        services.reissue_certificate(certificate=own, name=CORRECTED_NAME, actor=own.holder, at=later)
    mistaken = [one for one in issued if one != own][-1:]
    for certificate in mistaken:
        services.revoke_certificate(certificate=certificate, reason=REASON, actor=office, at=at + timedelta(days=5))


def _load_record(owner: User) -> None:
    """Two courses somewhere else in the record of somebody who can sign in."""
    if ExternalCourse.objects.filter(owner=owner).exists():
        return
    for title, provider, starts_on, ends_on, hours in ELSEWHERE:
        services.save_external_course(
            owner=owner,
            title=title,
            provider=provider,
            starts_on=starts_on,
            ends_on=ends_on,
            hours=Decimal(hours),
            at=timezone.now(),
        )
