"""Mails about the account are written by django-allauth and go through our outbox like all others."""

from pathlib import Path

import pytest
from django.utils import translation

import academy
from academy.adapters import AccountAdapter
from academy.models import OutgoingMail
from tests.factories.academy import UserFactory

MAILS = Path(academy.__file__).parent / "templates" / "account" / "email"
PREFIXES = sorted(path.name.removesuffix("_message.txt") for path in MAILS.glob("*_message.txt"))
STATEMENTS = {
    "de": "Kofinanziert von der Europäischen Union",
    "de-simple": "Kofinanziert von der Europäischen Union",
    "en": "Co-funded by the European Union",
}


@pytest.mark.parametrize("prefix", [name for name in PREFIXES if not name.startswith("base")])
@pytest.mark.parametrize("language", STATEMENTS)
def test_every_account_mail_names_who_pays_in_text_and_html(db, language, prefix):
    person = UserFactory(preferred_language=language)
    link = "https://zugang.example.org/de/account/"
    context = {"user": person, "activate_url": link, "password_reset_url": link, "signup_url": link}

    with translation.override(language):
        AccountAdapter().send_mail(f"account/email/{prefix}", person.email, context)

    letter = OutgoingMail.objects.get(address=person.email)
    assert letter.subject
    for body in (letter.text, letter.html):
        assert body.count(STATEMENTS[language]) == 1
