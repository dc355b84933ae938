"""The app of the public site shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.common.dispatch import after_commit


def make_pictures_ready(instance, **kwargs) -> None:
    """Receiver: a page was published."""
    after_commit("home.make_renditions", instance.pk)


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Public site")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save
        from wagtail.images import get_image_model
        from wagtail.models import Locale, Site
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        from academy.common.funding import use_facts
        from academy.common.registry import registry

        from . import audit_checks, cards, checks, personal_data  # noqa: F401 (importing `checks` registers them)
        from .models import FundingSettings
        from .routing import forget_site_map
        from .search import page_source
        from .selectors import forget_funding, forget_menus, funding_facts
        from .setup import ensure_site

        registry.add_setup_step(20, ensure_site)
        registry.add_search_source(page_source("pages", pgettext_lazy("search", "Pages"), order=90))
        use_facts(funding_facts)
        for model in (FundingSettings, get_image_model()):
            for signal in (post_save, post_delete):
                signal.connect(forget_funding, sender=model, dispatch_uid=f"home.funding.{model.__name__}")
        registry.add_card(cards.reports_card)
        registry.add_card(cards.statement_card)
        registry.add_personal_data(*personal_data.ENTRIES)
        registry.add_invariant(audit_checks.broken_promises)
        for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
            signal.connect(forget_site_map, dispatch_uid="home.site_map")
            signal.connect(forget_menus, dispatch_uid="home.menus")
        page_published.connect(make_pictures_ready, dispatch_uid="home.pictures")
        for model in (Locale, Site):
            for signal in (post_save, post_delete):
                signal.connect(forget_site_map, sender=model, dispatch_uid=f"home.site_map.{model.__name__}")
