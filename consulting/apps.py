"""The app of process facilitation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultingConfig(AppConfig):
    name = "consulting"
    verbose_name = _("Process facilitation")

    def ready(self) -> None:
        from academy.common.registry import RetentionRule, registry

        from . import services
        from .audit_checks import (
            broken_consents,
            broken_documents,
            broken_promises,
            broken_sheets,
            changed_templates,
        )
        from .cards import own_processes_card
        from .demo.people import open_demo_logins
        from .personal_data import ENTRIES
        from .receivers import connect
        from .search import SOURCE
        from .setup import ensure_statement_lists, ensure_template_rights, ensure_templates

        registry.add_card(own_processes_card)
        registry.add_search_source(SOURCE)
        registry.add_personal_data(*ENTRIES)
        registry.add_setup_step(50, ensure_template_rights)
        registry.add_setup_step(51, ensure_templates)
        registry.add_setup_step(52, ensure_statement_lists)
        registry.add_invariant(broken_promises)
        registry.add_invariant(broken_consents)
        registry.add_invariant(broken_sheets)
        registry.add_invariant(broken_documents)
        registry.add_invariant(changed_templates)
        registry.add_invariant(open_demo_logins)
        reason = _("Addresses of those who asked for process facilitation go 180 days after the decision.")
        rule = RetentionRule("consulting.request_contacts", reason, services.forget_request_contacts)
        registry.add_retention_rule(rule)
        connect()
