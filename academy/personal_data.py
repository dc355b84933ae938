"""What the platform itself keeps about people (GDPR Art. 30), read by the registry of DESIGN.md 4."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from .common.registry import PersonalData
from .models import AuditEntry, Job, Membership, OutgoingMail, User
from .services import ERASED_ADDRESS, remove_jobs


def erase_account(user: User, at: datetime) -> None:
    """Empty the row: no name, no address, no way to sign in. Its key stays, so that counts and chains hold."""
    user.email, user.first_name, user.last_name = f"erased-{user.pk}@invalid.example", "", ""
    user.certificate_name, user.is_active, user.erased_at = "", False, at
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.filter(user=user).delete()


def erase_memberships(user: User, at: datetime) -> None:
    Membership.objects.filter(user=user).delete()


def erase_mails(user: User, at: datetime) -> None:
    """What was sent stays countable; address and words go."""
    OutgoingMail.objects.filter(person=user).update(
        address=ERASED_ADDRESS, subject="", text="", html="", calendar="", person=None
    )


def erase_jobs(user: User, at: datetime) -> None:
    remove_jobs(list(Job.objects.filter(owner=user)))


ENTRIES = [
    PersonalData(
        model=User,
        person="",
        purpose=_("Signing in, and being named on lists and certificates."),
        period=_("Until the account is erased; identifiers are emptied at once."),
        exported=(
            "email",
            "first_name",
            "last_name",
            "certificate_name",
            "preferred_language",
            "wants_calendar_mails",
            "date_joined",
        ),
        erase=erase_account,
    ),
    PersonalData(
        model=Membership,
        person="user",
        purpose=_("Knowing who may do what for which organisation, from when to when."),
        period=_("Until the account is erased."),
        exported=("role", "organisation", "unit", "starts_on", "ends_on"),
        erase=erase_memberships,
    ),
    PersonalData(
        model=OutgoingMail,
        person="person",
        purpose=_("Telling people about their places, and proving that they were told."),
        period=_("24 months after it was written."),
        exported=("address", "subject", "text", "state", "written_at", "sent_at"),
        erase=erase_mails,
    ),
    PersonalData(
        model=Job,
        person="owner",
        purpose=_("Doing long work in the background, and showing who started it how far it is."),
        period=_("30 days after its end."),
        exported=("title", "state", "words", "started_at", "finished_at"),
        erase=erase_jobs,
    ),
    PersonalData(
        model=AuditEntry,
        person=None,
        purpose=_("Proving who changed what, under a pseudonym."),
        period=_("24 months, or as long as the funder's evidence must be kept."),
        kept_because=_("The log holds a pseudonym only; erasing the account cuts the link to the person."),
    ),
]
