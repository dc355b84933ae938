"""How django-allauth is fitted in: its mails go through our outbox."""

import uuid

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import services


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up, verification and password mails are outbox rows like any other (DESIGN.md 4)."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        person = get_user_model().objects.filter(email=email.lower()).first()
        language = translation.get_language() or "de"
        subject = render_to_string(f"{template_prefix}_subject.txt", context).strip()
        body = render_to_string(f"{template_prefix}_message.txt", context).strip()
        paragraphs = [" ".join(part.split()) for part in body.split("\n\n") if part.strip()]
        services.write_mail(
            key=f"account:{uuid.uuid4().hex}",
            to=person or email,
            build=lambda: _message(subject, paragraphs),
            at=timezone.now(),
            language=language,
        )

    def get_logout_redirect_url(self, request):
        """The start page of the language that the reader is in."""
        return f"/{translation.get_language() or settings.LANGUAGE_CODE}/"

    def save_user(self, request, user, form, commit=True):
        user.preferred_language = translation.get_language() or "de"
        return super().save_user(request, user, form, commit)


def _message(subject: str, paragraphs: list[str]) -> services.Message:
    """A paragraph that is an address becomes the one thing to do; what follows it comes last."""
    links = [part for part in paragraphs if part.startswith(("http://", "https://")) and " " not in part]
    if not links:
        return services.Message(subject=subject, paragraphs=paragraphs)
    place = paragraphs.index(links[0])
    return services.Message(
        subject=subject,
        paragraphs=paragraphs[:place],
        action=(_("Open the link"), links[0]),
        closing=paragraphs[place + 1 :],
    )
