"""What courses keep about people (GDPR Art. 30), read by the registry of personal data."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from academy.common.registry import PersonalData
from academy.models import User

from .models import CourseRun


def erase_teaching(user: User, at: datetime) -> None:
    """The run stays; that this person taught it does not."""
    CourseRun.trainers.through.objects.filter(user=user).delete()


ENTRIES = [
    PersonalData(
        model=CourseRun,
        person="trainers",
        purpose=_("Naming who teaches a run, and letting them open its lists."),
        period=_("Until the account is erased."),
        exported=("course", "state", "place"),
        erase=erase_teaching,
    ),
]
