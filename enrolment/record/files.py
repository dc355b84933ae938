"""The learning record as an accessible PDF, and as JSON for other programmes (docs/learning-record.md)."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from academy.common import printing
from academy.common.funding import funding
from academy.common.lessons import MINUTES_PER_UE, ue_number
from academy.models import User
from enrolment.certificate.printing import verify_url
from enrolment.models import ExternalCourse

from .entries import CompletedCourse, own_record

TEMPLATE = Path(__file__).with_name("record.typ")
FORMAT, VERSION = "zugang-learning-record", 1


def record_json(user: User, *, language: str, at: datetime) -> dict:
    """The record in a shape that stays: a change that breaks readers gets a new `version`."""
    courses, own = own_record(user, language=language)
    return {
        "format": FORMAT,
        "version": VERSION,
        "created_at": at.isoformat(),
        "language": language,
        "name": user.printed_name,
        "courses": [_course_json(entry) for entry in courses],
        "own_statements": [_statement_json(entry) for entry in own],
    }


def _course_json(entry: CompletedCourse) -> dict:
    certificate = entry.certificate
    return {
        "title": entry.title,
        "provider": settings.SITE_OPERATOR["name"],
        "first_day": entry.first_day.isoformat(),
        "last_day": entry.last_day.isoformat(),
        "format": str(entry.enrolment.run.course.format),
        "scope_ue": float(entry.ue_total),
        "attended_ue": float(entry.ue_attended),
        "minutes_per_ue": MINUTES_PER_UE,
        "result": str(entry.result),
        "certificate": certificate
        and {
            "number": certificate.number,
            "issued_on": timezone.localdate(certificate.issued_at).isoformat(),
            "verify_url": verify_url(certificate),
        },
    }


def _statement_json(entry: ExternalCourse) -> dict:
    return {
        "title": entry.title,
        "provider": entry.provider,
        "first_day": entry.starts_on.isoformat(),
        "last_day": entry.ends_on.isoformat(),
        "hours": None if entry.hours is None else float(entry.hours),
        "has_proof": bool(entry.proof),
    }


def record_pdf(user: User, *, language: str, at: datetime) -> bytes:
    """The record as tagged PDF/UA-1 and PDF/A-2a. Raises PrintingFailed on any warning of the typesetter."""
    with translation.override(language):
        data = _data(user, language=language, at=at)
    return printing.render_pdf(TEMPLATE, data, at=at)


def _data(user: User, *, language: str, at: datetime) -> dict:
    courses, own = own_record(user, language=language)
    today = timezone.localdate(at)
    return {
        "language": language,
        "heading": _("Learning record"),
        "document_title": f"{_('Learning record')}: {user.printed_name}",
        "author": settings.SITE_OPERATOR["name"],
        "name": user.printed_name,
        "as_of": _("As of %(day)s") % {"day": formats.date_format(today)},
        "day": {"year": today.year, "month": today.month, "day": today.day},
        "page_of": _("Page"),
        "here": _("Completed at %(provider)s") % {"provider": settings.SITE_OPERATOR["name"]},
        "here_none": _("No course has been completed yet."),
        "here_head": [_("Course"), _("When"), _("Attended"), _("Certificate")],
        "here_rows": [_course_row(entry, language) for entry in courses],
        "unit": _("One UE is a lesson of 45 minutes. Certificates can be checked with their code."),
        "own": _("Own statements"),
        "own_note": _("The person has entered these courses. We have not checked them."),
        "own_head": [_("Course"), _("Provider"), _("When"), _("Hours")],
        "own_rows": [_statement_row(entry) for entry in own],
        **printing.funding_on_paper(funding(language)),
    }


def _course_row(entry: CompletedCourse, language: str) -> dict:
    figures = {"attended": ue_number(entry.ue_attended), "total": ue_number(entry.ue_total)}
    attended = _("%(attended)s of %(total)s UE, %(result)s") % {**figures, "result": entry.result.label}
    paper = entry.certificate
    number = f"{paper.number} ({paper.printed_code})" if paper else _("not issued yet")
    cells = [days_text(entry.first_day, entry.last_day), attended, number]
    return {"title": entry.title, "language": entry.title_language or language, "cells": cells}


def _statement_row(entry: ExternalCourse) -> dict:
    hours = "–" if entry.hours is None else ue_number(entry.hours)
    return {"title": entry.title, "cells": [entry.provider, days_text(entry.starts_on, entry.ends_on), hours]}


def days_text(first, last) -> str:
    """One day, or from one to another."""
    begin = formats.date_format(first, "SHORT_DATE_FORMAT")
    return begin if first == last else f"{begin} – {formats.date_format(last, 'SHORT_DATE_FORMAT')}"
