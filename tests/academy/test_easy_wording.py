"""Easy German wording: what learners meet is said in it, and it is labelled until the target group has checked it."""

from datetime import UTC, datetime

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from academy import services
from academy.common import easy_wording
from academy.common.mail_wording import mails
from tests.factories.academy import UserFactory

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LABEL = "Entwurf, noch nicht geprüft."


def shipped() -> polib.POFile:
    return polib.pofile(str(settings.ROOT / easy_wording.CATALOGUE))


def checked(catalogue: polib.POFile) -> polib.POFile:
    values = ("Prüfgruppe Beispiel", "2026-11-20", easy_wording.words_digest(catalogue))
    catalogue.metadata.update(zip(easy_wording.HEADERS, values, strict=True))
    return catalogue


def test_catalogue_counts_as_checked_with_group_day_and_the_words_they_saw():
    assert not easy_wording.is_checked(shipped())
    assert easy_wording.is_checked(checked(shipped()))


@pytest.mark.parametrize("name", easy_wording.HEADERS)
def test_catalogue_is_unchecked_without_one_of_them(name):
    catalogue = checked(shipped())
    catalogue.metadata[name] = ""

    assert not easy_wording.is_checked(catalogue)


def test_catalogue_is_unchecked_again_after_one_word_has_changed():
    catalogue = checked(shipped())
    catalogue.find("Sign in").msgstr = "Hinein"

    assert not easy_wording.is_checked(catalogue)


def test_easy_german_says_it_in_easy_words_and_else_in_german():
    with translation.override("de-simple"):
        assert _("You are on the waiting list: %(course)s") == "Sie stehen auf der Warte-Liste: %(course)s"
        assert _("Process facilitation") == "Prozessbegleitung"


def test_every_mail_to_learners_has_easy_words():
    known = {entry.msgid for entry in shipped()}

    to_learners = [mail for mail in mails() if mail.key.startswith(("account.", "enrolment."))]

    missing = {mail.key: sorted(mail.messages - known) for mail in to_learners if mail.messages - known}

    assert missing == {}
    assert {"enrolment.place_confirmed", "enrolment.run_cancelled", "account.email_confirmation"} <= {
        mail.key for mail in mails()
    }


def written(person, **fields):
    def build():
        return services.Message(subject=_("Your password was changed"), paragraphs=[_("Good day,")], **fields)

    return services.write_mail(key="test:1", to=person, build=build, at=AT)


@pytest.mark.django_db
def test_easy_mail_speaks_easy_german_and_is_labelled_while_unchecked():
    mail = written(UserFactory(preferred_language="de-simple"))

    assert mail.subject == "Ihr Passwort ist jetzt anders"
    assert mail.text.startswith(LABEL)
    assert f"<strong>{LABEL}</strong>" in mail.html
    assert 'lang="de-simple"' in mail.html


@pytest.mark.django_db
@pytest.mark.parametrize(("has_unchecked_words", "is_labelled"), [(False, False), (True, True)])
def test_easy_mail_in_checked_wording_is_labelled_only_for_unchecked_titles(
    monkeypatch, has_unchecked_words, is_labelled
):
    monkeypatch.setattr("academy.services.outbox.wording_is_checked", lambda: True)

    mail = written(UserFactory(preferred_language="de-simple"), has_unchecked_words=has_unchecked_words)

    assert (LABEL in mail.text, LABEL in mail.html) == (is_labelled, is_labelled)


@pytest.mark.django_db
def test_german_mail_is_never_labelled():
    assert LABEL not in written(UserFactory(), has_unchecked_words=True).html
