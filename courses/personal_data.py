"""What courses keep about people (GDPR Art. 30), read by the registry of personal data."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from academy.common.registry import PersonalData
from academy.models import User

from .h5p import services as h5p
from .h5p.models import Attempt, Content, State, Statement
from .models import CourseRun, MaterialVersion, Session


def erase_teaching(user: User, at: datetime) -> None:
    """The run stays; that this person taught it, or a date of it, does not."""
    for link in (CourseRun.trainers.through, Session.trainers.through, Session.replacements.through):
        link.objects.filter(user=user).delete()


def erase_exercises(user: User, at: datetime) -> None:
    """What was played, and who uploaded a package. The step's progress stays with the place."""
    h5p.erase_user_data(user_key=str(user.pseudonym))


ENTRIES = [
    PersonalData(
        model=State,
        person=None,
        purpose=_("Letting learners go on in an exercise where they stopped, under a pseudonym."),
        period=_("Until the account is erased."),
        exported=("context", "data", "updated_at"),
        erase=erase_exercises,
    ),
    PersonalData(
        model=Attempt,
        person=None,
        purpose=_("Counting the results of exercises for the progress of a step, under a pseudonym."),
        period=_("Until the account is erased."),
        exported=("context", "number", "started_at", "finished_at", "score", "max_score", "seconds"),
        erase=erase_exercises,
    ),
    PersonalData(
        model=Statement,
        person=None,
        purpose=_("Proving a result and improving exercises, under a pseudonym."),
        period=_("As long as the attempt that it belongs to."),
        exported=("verb", "raw", "stored_at"),
        erase=erase_exercises,
    ),
    PersonalData(
        model=Content,
        person=None,
        purpose=_("Knowing who answers for an uploaded exercise, under a pseudonym."),
        period=_("Until the account is erased."),
        exported=("title", "created_at"),
        erase=erase_exercises,
    ),
    PersonalData(
        model=CourseRun,
        person="trainers",
        purpose=_("Naming who teaches a run, and letting them open its lists."),
        period=_("Until the account is erased."),
        exported=("course", "state", "place"),
        erase=erase_teaching,
    ),
    PersonalData(
        model=Session,
        person="trainers",
        purpose=_("Naming who teaches a run, and letting them open its lists."),
        period=_("Until the account is erased."),
        exported=("run", "starts_at", "ends_at"),
        erase=erase_teaching,
    ),
    PersonalData(
        model=MaterialVersion,
        person=None,
        purpose=_("Proving which file stood on a page until when, and who replaced it, under a pseudonym."),
        period=_("As long as the material that it belongs to."),
        kept_because=_("The log holds a pseudonym only; erasing the account cuts the link to the person."),
    ),
]
