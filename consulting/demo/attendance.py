"""What trainers have done with two runs: a closed list with minutes, addendum and signed scan; an open check-in."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from academy.common import printing
from academy.common.funding import funding
from academy.models import User
from courses.models import Session
from enrolment import services
from enrolment.enums import AttendanceState
from enrolment.models import Attendance, CheckInWindow, Enrolment

from .loading import Loading

KEPT, OPENED = "fuehren-1", "ladg-2"
TEMPLATE = Path(__file__).resolve().parent / "media" / "paper.typ"
LANGUAGE = "de"
# the first people of the list who were not simply there: state and minutes
OTHERS = ((AttendanceState.PARTLY, 120), (AttendanceState.EXCUSED, None), (AttendanceState.ABSENT, None))
CORRECTED = (AttendanceState.PARTLY, 180, "Kam um 10 Uhr dazu und hat auf dem zweiten Blatt unterschrieben.")


def load_attendance(loading: Loading, people: dict[str, User]) -> None:
    """Nothing happens where somebody has begun with the list already."""
    first = Session.objects.filter(run__slug=KEPT, ends_at__lt=loading.at).order_by("starts_at").first()
    if first is not None and not Attendance.objects.filter(session=first).exists():
        _keep(first, people["r-trainer-2"], at=first.ends_at)
    coming = Session.objects.filter(run__slug=OPENED, starts_at__gt=loading.at).order_by("starts_at").first()
    if coming is not None and not CheckInWindow.objects.filter(session=coming).exists():
        services.open_check_in(session=coming, actor=people["r-trainer-1"], at=loading.at, opens_at=loading.at)


def _keep(session: Session, trainer: User, *, at: datetime) -> None:
    places = list(Enrolment.objects.confirmed().filter(run=session.run).select_related("learner").order_by("pk"))
    others = dict(zip([place.pk for place in places], OTHERS, strict=False))
    away = {key for key, (_state, minutes) in others.items() if minutes is None}
    services.record_attendance(
        session=session,
        states={place.pk: others.get(place.pk, (AttendanceState.PRESENT, None))[0] for place in places},
        minutes={key: minutes for key, (_state, minutes) in others.items() if minutes},
        actor=trainer,
        at=at,
    )
    file = BytesIO(_paper(session, [place for place in places if place.pk not in away], at=at))
    services.attach_signed_list(session=session, file=file, name="liste.pdf", actor=trainer, at=at)
    services.close_attendance(session=session, actor=trainer, at=at)
    state, minutes, reason = CORRECTED
    services.add_addendum(
        enrolment=places[len(OTHERS) - 1],
        session=session,
        state=state,
        minutes=minutes,
        reason=reason,
        actor=trainer,
        at=at + timedelta(days=1),
    )


def _paper(session: Session, signed: list[Enrolment], *, at: datetime) -> bytes:
    """What a scanner would make of the sheet, without anybody's handwriting."""
    title, day = session.run.course.outward_title(LANGUAGE), timezone.localdate(session.starts_at)
    with translation.override(LANGUAGE):
        data = {
            "language": LANGUAGE,
            "title": "Teilnahmeliste",
            "author": settings.SITE_OPERATOR["name"],
            "kind": "Scan (Demo)",
            "lead": f"{title}, {date_format(day)}",
            "sections": [
                {"heading": "Unterschrieben haben", "text": [], "points": [str(one.learner) for one in signed]}
            ],
            **printing.funding_on_paper(funding(LANGUAGE)),
        }
    return printing.render_pdf(TEMPLATE, data, at=at)
