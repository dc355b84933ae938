"""What all public pages share."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction

from academy.common.easy_wording import EASY_LANGUAGE
from academy.common.links import absolute
from home import routing
from home.blocks.stored import linked_keys
from home.enums import EasyStatus

from .easy import seal_of_check, seal_of_words
from .editing import SitePageForm
from .publishing import PublishingRefused, what_is_missing


class BasePage(Page):
    """What all our pages share. The language of the words is that of `page.locale`, whatever the address says."""

    easy_status = models.CharField(
        _("status of the text in Leichte Sprache"),
        max_length=20,
        choices=EasyStatus,
        default=EasyStatus.DRAFT_UNCHECKED,
        help_text=_(
            "An unchecked text is labelled as a draft. Words that change after the check count as unchecked again."
        ),
    )
    easy_checked_by = models.CharField(
        _("checked by"),
        max_length=200,
        blank=True,
        help_text=_("The group or organisation of people who need Leichte Sprache. Please no names of people."),
    )
    easy_checked_on = models.DateField(_("checked on"), null=True, blank=True)
    easy_seal = models.CharField(_("seal of the check"), max_length=50, blank=True, default="", editable=False)

    show_in_footer = models.BooleanField(
        _("show in the footer"),
        default=False,
        help_text=_("Counts for pages directly below the start page."),
    )

    has_entries = False  # whether `serve(request, entry=…)` shows records below the address of the page
    base_form_class = SitePageForm
    easy_check_was_taken_back = False  # by the last saving: the editor is told

    search_kind: str | None = "pages"  # the source that shows it among the hits (home/search.py); None: never found
    route_related: tuple[str, ...] = ()  # what is fetched with the page, in the same query, when it is served

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.locale_id and self.is_easy and self.easy_status == EasyStatus.CHECKED and not self._names_its_check():
            missing = _("Please say which group has checked the text, and on which day.")
            raise ValidationError({"easy_status": missing})

    def save(self, *args, **kwargs):
        if kwargs.get("update_fields") is None:
            self.keep_check_true()
        return super().save(*args, **kwargs)

    def save_revision(self, *args, **kwargs):
        self.keep_check_true()
        return super().save_revision(*args, **kwargs)

    def keep_check_true(self) -> None:
        """Seal a new check with the words that it is about; take a check back that is about other words.

        The seal travels with every revision, so that publishing an old one, by hand or on a date, is no way around it.
        """
        if not self.locale_id or not self.is_easy or self.easy_status != EasyStatus.CHECKED:
            self.easy_seal = ""
            return
        check, words = seal_of_check(self), seal_of_words(self)
        sealed_check, _colon, sealed_words = self.easy_seal.partition(":")
        if self._names_its_check() and (check != sealed_check or words == sealed_words):
            self.easy_seal = f"{check}:{words}"
            return
        self.easy_status, self.easy_checked_by = EasyStatus.DRAFT_UNCHECKED, ""
        self.easy_checked_on, self.easy_seal = None, ""
        self.easy_check_was_taken_back = True

    def _names_its_check(self) -> bool:
        return bool(self.easy_checked_by.strip() and self.easy_checked_on)

    def publish(self, revision, *args, **kwargs):
        """Every way of publishing comes through here: at once, on approval, on schedule, many pages together.

        Raises PublishingRefused where the revision lacks something, and changes nothing.
        """
        missing = what_is_missing(revision.as_object())
        if missing:
            raise PublishingRefused(self, missing)
        return super().publish(revision, *args, **kwargs)

    def get_view_restrictions(self):
        """Wagtail asks this for each page that it serves; routing already knows that there are none (no query)."""
        if self.alias_of_id is None and self.__dict__.get("is_restricted") is False:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def get_context(self, request, *args, **kwargs):
        routing.announce_links(self.linked_keys())
        more = {"site_languages": self.language_links(), "is_stand_in": getattr(request, "is_stand_in", False)}
        if more["is_stand_in"]:
            more["canonical_url"] = absolute(routing.public_path(self, self.language))
        return {**super().get_context(request, *args, **kwargs), **more}

    def linked_keys(self) -> set[int]:
        """The keys of the pages that blocks of this page lead to, without a query."""
        fields = [field for field in self._meta.get_fields() if isinstance(field, StreamField)]
        streams = [getattr(self, field.name) for field in fields]
        return {key for stream in streams for key in linked_keys(stream.stream_block, list(stream.raw_data))}

    def live_variants(self):
        """The published pages with the same content in all languages, with `url_path` and `locale_id`."""
        variants = type(self)._default_manager.filter(translation_key=self.translation_key, live=True)
        return variants.only("url_path", "locale_id")

    @cached_property
    def variants_by_language(self) -> dict[str, Page]:
        return {routing.locale_code(page.locale_id): page for page in self.live_variants()}

    def variant_in(self, language: str) -> Page | None:
        """The published page with the same content in that language, or None."""
        return self.variants_by_language.get(language)

    def language_links(self) -> list[dict]:
        """The variants of this page for the language switch.

        Where one is `missing`, the German page under that language's address; without a German page, the start page.
        """
        return [
            {
                "code": code,
                "name": name,
                "url": self._address_in(code),
                "current": code == get_language(),
                "missing": self.variant_in(code) is None,
                "stands_in": self.variant_in(code) is None and self.variant_in(routing.SOURCE) is not None,
            }
            for code, name in settings.LANGUAGES
            if code in self.variants_by_language or code == routing.SOURCE or code in routing.STAND_IN_LANGUAGES
        ]

    def _address_in(self, language: str) -> str:
        variant, source = self.variant_in(language), self.variant_in(routing.SOURCE)
        if variant is not None:
            return routing.public_path(variant, language)
        return routing.stand_in_path(source, language) if source else f"/{language}/"

    @property
    def reader_url(self) -> str:
        """The address that keeps the reader in the language of the current address."""
        return routing.reader_path(self)

    @property
    def language(self) -> str:
        return routing.locale_code(self.locale_id)

    @property
    def words_lang(self) -> str:
        """`lang` for the words of this page, where the page around them speaks another language; else empty."""
        return "" if self.language == get_language() else self.language

    @property
    def is_easy(self) -> bool:
        return self.language == EASY_LANGUAGE

    @property
    def needs_draft_notice(self) -> bool:
        """Leichte Sprache is only called so when people of the target group have checked it (A6)."""
        return self.is_easy and not (self.easy_status == EasyStatus.CHECKED and self.easy_seal)
