"""The app of places and learning."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentConfig(AppConfig):
    name = "enrolment"
    verbose_name = _("Places and learning")

    def ready(self) -> None:
        from academy.common.registry import registry

        from . import audit_checks, cards, personal_data

        registry.add_personal_data(*personal_data.ENTRIES)
        registry.add_invariant(audit_checks.broken_promises)
        registry.add_card(cards.start_cards)
