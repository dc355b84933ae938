"""All mails that are not about places in one table: about reports on accessibility, pages, files and accounts."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import polib
import pytest
from django.conf import settings
from django.utils import translation
from wagtail.documents.models import Document
from wagtail.models import Revision

from academy.adapters import AccountAdapter
from academy.common import easy_wording
from academy.common.links import absolute_url
from academy.common.mail_wording import mails
from academy.enums import Role
from courses import notifications as course_notifications
from courses.material_reads import Place
from courses.models import MaterialVersion
from home import notifications
from home.enums import AnswerWish
from home.models import AccessibilityReport, AccessibilityStatementPage, StandardPage
from tests.factories.academy import MembershipFactory
from tests.mails import LANGUAGES, faults_of, letter_of

pytestmark = pytest.mark.usefixtures("site")

ADDRESS = "besuch@example.org"
NO_MAILS = {"people_with", "report_key"}  # they write to nobody
ACCOUNT = sorted({mail.key.removeprefix("account.") for mail in mails() if mail.key.startswith("account.")} - {"base"})


class World:
    """A report, a statement and a page; visitors and staff read `language`."""

    def __init__(self, language: str):
        self.editor = MembershipFactory(role=Role.EDITOR, user__preferred_language=language).user
        self.report = AccessibilityReport(
            pk=1,
            reference="M-2345",
            email=ADDRESS,
            language="de" if language == "de-simple" else language,
            answer_wish=AnswerWish.EASY if language == "de-simple" else AnswerWish.PLAIN,
            answer="Danke.\n\nDer Knopf geht jetzt.",
            due_on=date(2026, 12, 18),
        )
        self.statement = AccessibilityStatementPage(pk=1, reviewed_on=date(2026, 1, 5))
        self.standard = StandardPage(pk=1, title="Kontakt")
        self.revision = Revision(pk=1, user=self.editor)
        self.document = Document(pk=1, title="Wegekarte")
        self.version = MaterialVersion(pk=1, document=self.document, note="Logo")
        self.places = [Place(title="Lotsen: Begriffe", kind="Text"), Place(title="Lotsen: Film", kind="Video")]


@dataclass(frozen=True)
class Case:
    """One mail; `languages`: staff get no easy mails."""

    name: str
    write: Callable[[World, object], object]
    languages: tuple[str, ...] = ("de", "en")
    app: str = "home"


CASES = [
    Case("report_received", lambda w, at: notifications.report_received(w.report, at=at), tuple(LANGUAGES)),
    Case("report_answered", lambda w, at: notifications.report_answered(w.report, at=at), tuple(LANGUAGES)),
    Case("report_waits", lambda w, at: notifications.report_waits(w.report, at=at)),
    Case("statement_review_due", lambda w, at: notifications.statement_review_due(w.statement, at=at)),
    Case(
        "material_replaced",
        lambda w, at: course_notifications.material_replaced(w.document, w.version, w.places, person=w.editor, at=at),
        app="courses",
    ),
    Case("publishing_refused", lambda w, at: notifications.publishing_refused(w.standard, w.revision, at=at)),
]


def test_every_function_that_writes_a_mail_stands_in_the_table():
    public = {
        name
        for module in (notifications, course_notifications)
        for name, it in inspect.getmembers(module, inspect.isfunction)
        if it.__module__ == module.__name__ and not name.startswith("_")
    }

    assert {case.name for case in CASES} == public - NO_MAILS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_about_the_website_is_whole(language, now):
    world, faults = World(language), []
    for case in CASES:
        if language in case.languages:
            letter = letter_of(lambda case=case: case.write(world, now))
            faults += [
                f"{case.name} {fault}" for fault in faults_of(letter, f"{case.app}.{case.name}", language=language)
            ]

    assert faults == []


def test_every_mail_to_visitors_has_easy_words():
    known = {entry.msgid for entry in polib.pofile(str(settings.ROOT / easy_wording.CATALOGUE))}
    visitors = {f"{case.app}.{case.name}" for case in CASES if "de-simple" in case.languages}

    assert {mail.key for mail in mails() if mail.key in visitors and mail.messages <= known} == visitors


def faults_of_account_mails(language: str) -> Iterator[str]:
    context = {
        "activate_url": absolute_url("account_login"),
        "password_reset_url": absolute_url("account_reset_password"),
        "signup_url": absolute_url("account_signup"),
        "from_email": ADDRESS,
        "to_email": "neu@example.org",
        "deleted_email": ADDRESS,
        "new_email": "neu@example.org",
    }
    for name in ACCOUNT:
        letter = letter_of(
            lambda name=name: AccountAdapter().send_mail(f"account/email/{name}", ADDRESS, dict(context)), calls=1
        )
        for fault in faults_of(letter, f"account.{name}", language=language):
            yield f"{name} {fault}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_about_accounts_is_whole(language):
    with translation.override(language):
        faults = list(faults_of_account_mails(language))

    assert faults == []
