"""What all public pages share."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageViewRestriction

from home import routing
from home.enums import EasyStatus

EASY_LANGUAGE = "de-simple"


class BasePage(Page):
    """What all our pages share. The language of the words is that of `page.locale`, whatever the address says."""

    easy_status = models.CharField(
        _("status of the text in Leichte Sprache"),
        max_length=20,
        choices=EasyStatus,
        default=EasyStatus.DRAFT_UNCHECKED,
        help_text=_("Counts for pages in Leichte Sprache only. An unchecked text is labelled as a draft."),
    )

    show_in_footer = models.BooleanField(
        _("show in the footer"),
        default=False,
        help_text=_("Counts for pages directly below the start page."),
    )

    route_related: tuple[str, ...] = ()  # what is fetched with the page, in the same query, when it is served

    class Meta:
        abstract = True

    def get_view_restrictions(self):
        """Wagtail asks this for each page that it serves; routing already knows that there are none (no query)."""
        if self.alias_of_id is None and self.__dict__.get("is_restricted") is False:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "site_languages": self.language_links()}

    def live_variants(self):
        """The published pages with the same content in all languages, with `url_path` and `locale_id`."""
        variants = type(self)._default_manager.filter(translation_key=self.translation_key, live=True)
        return variants.only("url_path", "locale_id")

    def language_links(self) -> list[dict]:
        """The variants of this page for the language switch; where one is missing, that language's start page."""
        by_language = {routing.locale_code(page.locale_id): page for page in self.live_variants()}
        links = []
        for code, name in settings.LANGUAGES:
            page = by_language.get(code)
            if page is not None or code != "hu":
                url = routing.public_path(page, code) if page else f"/{code}/"
                links.append(
                    {"code": code, "name": name, "url": url, "current": code == self.language, "missing": page is None}
                )
        return links

    @property
    def language(self) -> str:
        return routing.locale_code(self.locale_id)

    @property
    def is_easy(self) -> bool:
        return self.language == EASY_LANGUAGE

    @property
    def needs_draft_notice(self) -> bool:
        """Leichte Sprache is only called so when people of the target group have checked it (A6)."""
        return self.is_easy and self.easy_status != EasyStatus.CHECKED
