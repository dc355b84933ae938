"""The app of places and learning."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentConfig(AppConfig):
    name = "enrolment"
    verbose_name = _("Places and learning")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save

        from academy.common.registry import registry
        from courses.models import Course, CoursePage

        from . import audit_checks, cards, personal_data, receivers

        registry.add_personal_data(*personal_data.ENTRIES)
        registry.add_invariant(audit_checks.broken_promises)
        registry.add_card(cards.start_cards)
        post_save.connect(receivers.forget_titles_of_page, sender=CoursePage)
        post_delete.connect(receivers.forget_titles_of_page, sender=CoursePage)
        post_save.connect(receivers.forget_titles_of_course, sender=Course)
