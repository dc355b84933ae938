"""The platform's own app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AcademyConfig(AppConfig):
    name = "academy"
    verbose_name = _("Platform")

    def ready(self) -> None:
        from allauth.account.signals import password_reset

        from . import receivers, services
        from .audit_checks import broken_promises
        from .cards import editing_card, jobs_card
        from .celery import app as celery_app
        from .common.registry import RetentionRule, registry
        from .personal_data import ENTRIES
        from .setup import ensure_role_groups

        registry.add_personal_data(*ENTRIES)
        registry.add_setup_step(10, ensure_role_groups)
        registry.add_invariant(broken_promises)
        registry.add_card(editing_card)
        registry.add_card(jobs_card)
        reason = _("Notes on long work go 30 days after its end.")
        registry.add_retention_rule(RetentionRule("academy.jobs", reason, services.forget_jobs))
        celery_app.autodiscover_tasks(force=True)  # web processes start tasks by name, so they know them too
        password_reset.connect(receivers.note_proven_address)
