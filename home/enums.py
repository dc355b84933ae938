"""Choices of public pages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EasyStatus(TextChoices):
    """Whether people of the target group have checked a text in Leichte Sprache (DOMAIN.md 6, A6)."""

    DRAFT_UNCHECKED = "draft_unchecked", _("draft, not yet checked")
    CHECKED = "checked", _("checked by the target group")


class TranslationState(TextChoices):
    """How a variant of a page stands to its German original."""

    MISSING = "missing", pgettext_lazy("translation", "missing")
    DRAFT = "draft", pgettext_lazy("translation", "draft, not published")
    OLDER = "older", pgettext_lazy("translation", "older than German")
    CURRENT = "current", pgettext_lazy("translation", "up to date")


class PagePurpose(TextChoices):
    """What a page is for, where the shell of the site links to it from everywhere."""

    NONE = "", _("none in particular")
    DGS = "dgs", _("information in German Sign Language")


class CardIcon(TextChoices):
    """Symbols for the cards of the main parts; the drawings stand in academy/common/icons.py."""

    CHAT = "chat", pgettext_lazy("symbol", "speech bubble")
    BOOK = "book", pgettext_lazy("symbol", "book")
    ROUTE = "route", pgettext_lazy("symbol", "way")
    PEOPLE = "people", pgettext_lazy("symbol", "people")
    CALENDAR = "calendar", pgettext_lazy("symbol", "calendar")
    CHECK = "check-circle", pgettext_lazy("symbol", "tick")


class FundingStatement(TextChoices):
    """Which statement stands beside the emblem; the words are in academy/common/funding.py."""

    CO_FUNDED = "co_funded", _("co-funded by the European Union")
    FUNDED = "funded", _("funded by the European Union")


class ReportState(TextChoices):
    """A report about the accessibility of this website."""

    OPEN = "open", pgettext_lazy("report", "open")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", pgettext_lazy("report", "closed")


class AnswerWish(TextChoices):
    """In which form the person wants to read or hear our answer."""

    PLAIN = "plain", _("In writing")
    EASY = "easy", _("In writing, in Leichte Sprache (easy-to-read German)")
    OTHER = "other", _("In another way, for example by phone or in sign language")


class Conformance(TextChoices):
    """How far a website holds the law (Commission Implementing Decision (EU) 2018/1523, part 2)."""

    FULL = "full", _("fully accessible")
    PARTIAL = "partial", _("partially accessible")
    NONE = "none", _("not accessible")


class GapReason(TextChoices):
    """Why something is not accessible; the three reasons that the law knows."""

    NON_COMPLIANT = "non_compliant", _("It does not hold the requirements yet")
    BURDEN = "burden", _("It would be a disproportionate burden")
    OUT_OF_SCOPE = "out_of_scope", _("The law does not cover it")


class ReviewMethod(TextChoices):
    """How it was found out."""

    SELF = "self", _("an assessment of our own")
    EXTERNAL = "external", _("an assessment by an independent body")


class PublicationKind(TextChoices):
    GUIDE = "guide", _("guide")
    RECOMMENDATION = "recommendation", _("recommendation")
    REPORT = "report", _("report")
    LEAFLET = "leaflet", _("leaflet")


class FileLanguage(TextChoices):
    """The language of a file, by its own name: whoever needs it recognises it."""

    DE = "de", "Deutsch"
    EN = "en", "English"
    HU = "hu", "Magyar"
    EASY = "de-simple", "Leichte Sprache"
