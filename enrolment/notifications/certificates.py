"""Mails about certificates of attendance, to the learner alone."""

from datetime import datetime

from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.services import Message
from enrolment.models import Certificate

from .writing import write


def certificate_issued(certificate: Certificate, *, at: datetime) -> None:
    """To the learner alone, who decides whom to show it (S1)."""
    write(
        certificate.enrolment,
        f"certificate.{certificate.number}",
        at,
        lambda title: Message(
            subject=_("Your certificate of attendance is here: %(course)s") % {"course": title},
            paragraphs=[
                _("You have taken part. Your certificate of attendance is ready as a PDF."),
                _("We give it to nobody else: you decide to whom you show it."),
            ],
            facts=[(_("Course"), title), (_("Number"), certificate.number)],
            action=(_("Open my certificates"), absolute_url("enrolment:my_certificates")),
        ),
    )


def certificate_replaced(certificate: Certificate, *, at: datetime) -> None:
    """The corrected certificate, and what became of the one before."""
    write(
        certificate.enrolment,
        f"certificate.{certificate.number}",
        at,
        lambda title: Message(
            subject=_("Your certificate of attendance has been corrected: %(course)s") % {"course": title},
            paragraphs=[
                _("Your certificate of attendance has been replaced by a corrected one."),
                _("Please use only the new one: the public check says of the old one that it has been replaced."),
            ],
            facts=[
                (_("Course"), title),
                (_("New number"), certificate.number),
                (_("Replaced"), certificate.supersedes.number),
            ],
            action=(_("Open my certificates"), absolute_url("enrolment:my_certificates")),
        ),
    )


def certificate_revoked(certificate: Certificate, *, reason: str, at: datetime) -> None:
    """It holds no more, why, and whom to ask. The reason goes to the learner alone."""
    write(
        certificate.enrolment,
        f"certificate_revoked.{certificate.number}.{at:%Y%m%d%H%M%S}",
        at,
        lambda title: Message(
            subject=_("Your certificate of attendance has been revoked: %(course)s") % {"course": title},
            paragraphs=[
                _("Your certificate of attendance does not hold any more. Please do not use it."),
                _("Whoever checks it reads that it has been revoked, and since when, but not why."),
                _("If you think that this is wrong, please write to the academy office."),
            ],
            facts=[(_("Course"), title), (_("Number"), certificate.number), (_("Reason"), reason)],
            action=(_("Open my certificates"), absolute_url("enrolment:my_certificates")),
        ),
    )


def certificate_restored(certificate: Certificate, *, at: datetime) -> None:
    """A revocation was taken back."""
    write(
        certificate.enrolment,
        f"certificate_restored.{certificate.number}.{at:%Y%m%d%H%M%S}",
        at,
        lambda title: Message(
            subject=_("Your certificate of attendance is valid again: %(course)s") % {"course": title},
            paragraphs=[
                _("The revocation was taken back. Your certificate of attendance holds as it was issued."),
                _("Whoever checks it reads that it is valid."),
            ],
            facts=[(_("Course"), title), (_("Number"), certificate.number)],
            action=(_("Open my certificates"), absolute_url("enrolment:my_certificates")),
        ),
    )
