"""The app of the public site shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Public site")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import Locale, Site
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        from academy.common.registry import registry

        from .routing import forget_site_map
        from .selectors import forget_menus
        from .setup import ensure_site

        registry.add_setup_step(20, ensure_site)
        for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
            signal.connect(forget_site_map, dispatch_uid="home.site_map")
            signal.connect(forget_menus, dispatch_uid="home.menus")
        for model in (Locale, Site):
            for signal in (post_save, post_delete):
                signal.connect(forget_site_map, sender=model, dispatch_uid=f"home.site_map.{model.__name__}")
