"""Statements of migrant self-organisations, what they recommend to whom, and what became of it (DOMAIN.md 3)."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from academy.common.append_only import AppendOnly
from academy.models import Organisation
from consulting.enums import OUT_STATES, AnswerState, ConsentState, StatementMoveKind, StatementState
from home.enums import EasyStatus

from .moves import StateMove

LANGUAGES = ("de", "en", "hu", "de_simple")  # columns of the words of a statement


class StatementQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def published(self):
        """Statements that the public may read."""
        return self.filter(state=StatementState.PUBLISHED)

    def newest_first(self):
        return self.order_by(F("published_on").desc(nulls_last=True), "-pk")

    def addressed_to(self, slug: str):
        """Statements with a recommendation to the organisation of that short name."""
        asked = Recommendation.objects.filter(statement=OuterRef("pk"), addressee__slug=slug)
        return self.filter(Exists(asked))

    def answered_as(self, state: str):
        """Statements with a recommendation of which one of both sides says this at the moment."""
        now = Recommendation.objects.filter(statement=OuterRef("pk")).with_answers()
        return self.filter(Exists(now.filter(Q(authority_now=state) | Q(mso_now=state))))

    def with_answers(self):
        """With recommendations, addressees and what each side said last: one query more."""
        asked = Recommendation.objects.with_answers().select_related("addressee").order_by("number")
        return self.prefetch_related(Prefetch("recommendations", queryset=asked))

    def with_recommendations(self):
        """With recommendations, addressees and all that was said about them, in a constant number of queries."""
        follow_ups = Prefetch("follow_ups", queryset=FollowUp.objects.newest_first())
        asked = Recommendation.objects.select_related("addressee").prefetch_related(follow_ups).order_by("number")
        return self.prefetch_related(Prefetch("recommendations", queryset=asked))

    def with_public_signatories(self):
        """With `public_signatories`: those that have agreed and are listed publicly, in their order."""
        agreed = Signatory.objects.filter(consent=ConsentState.GIVEN, organisation__is_listed=True)
        agreed = agreed.select_related("organisation").order_by("position", "pk")
        return self.prefetch_related(Prefetch("signatories", queryset=agreed, to_attr="public_signatories"))


class Statement(index.Indexed, models.Model):
    """What several organisations say together. Only `consulting.services` may change it and its parts.

    The words are kept in German and English, in Hungarian and in Leichte Sprache where they have been written.
    """

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_hu = models.CharField(_("title in Hungarian"), max_length=200, blank=True)
    title_de_simple = models.CharField(_("title in Leichte Sprache"), max_length=200, blank=True)
    summary = models.TextField(_("summary"))
    summary_hu = models.TextField(_("summary in Hungarian"), blank=True)
    summary_de_simple = models.TextField(_("summary in Leichte Sprache"), blank=True)
    easy_status = models.CharField(
        _("status of the text in Leichte Sprache"),
        max_length=20,
        choices=EasyStatus,
        default=EasyStatus.DRAFT_UNCHECKED,
    )
    state = models.CharField(_("state"), max_length=20, choices=StatementState, default=StatementState.DRAFT)
    published_on = models.DateField(_("published on"), null=True, blank=True)

    search_fields = [
        *(index.SearchField(f"{name}_{code}") for name in ("title", "summary") for code in LANGUAGES),
        *(index.AutocompleteField(f"title_{code}") for code in LANGUAGES),
        index.RelatedFields("recommendations", [index.SearchField(f"text_{code}") for code in LANGUAGES]),
        index.FilterField("state"),
    ]

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OUT_STATES, published_on__isnull=False)
                | (~Q(state__in=OUT_STATES) & Q(published_on__isnull=True)),
                name="published_statement_has_day",
            )
        ]
        indexes = [models.Index(fields=["state", "-published_on"], name="statements_by_day")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_easy_unchecked(self) -> bool:
        """Whether there is a text in Leichte Sprache that nobody of the target group has checked (A6)."""
        return bool(self.summary_de_simple) and self.easy_status != EasyStatus.CHECKED

    @property
    def checked_on(self) -> date | None:
        """When somebody last looked what became of the recommendations (D8); None as long as nobody has."""
        return max((one.checked_on for one in self.recommendations.all() if one.checked_on), default=None)


class Signatory(models.Model):
    """One organisation that is asked to stand under a statement. Without its consent nothing is published (D4)."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="signatories", verbose_name=_("statement"))
    organisation = models.ForeignKey(
        "academy.Organisation", models.PROTECT, related_name="signatures", verbose_name=_("organisation")
    )
    consent = models.CharField(_("consent"), max_length=10, choices=ConsentState, default=ConsentState.OPEN)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["statement_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "organisation"], name="one_signature_per_organisation"),
            models.CheckConstraint(
                condition=Q(consent=ConsentState.OPEN, decided_on__isnull=True)
                | (~Q(consent=ConsentState.OPEN) & Q(decided_on__isnull=False)),
                name="decided_consent_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.organisation_id}: {self.get_consent_display()}"


class RecommendationQuerySet(models.QuerySet):
    def of_latest_statement(self):
        """The recommendations of the newest statement that the public may read, with everything of it at hand."""
        newest = Statement.objects.published().newest_first().values("pk")[:1]
        return self.filter(statement=Subquery(newest)).select_related("statement", "addressee").order_by("number")

    def with_answers(self):
        """With `authority_now` and `mso_now`: what each side said last, or that it is open."""
        last = FollowUp.objects.filter(recommendation=OuterRef("pk")).newest_first()
        nothing = Value(AnswerState.OPEN.value)
        return self.annotate(
            authority_now=Coalesce(Subquery(last.values("authority")[:1]), nothing),
            mso_now=Coalesce(Subquery(last.values("mso")[:1]), nothing),
        )


class Recommendation(models.Model):
    """One thing that a statement asks of one addressee (D5)."""

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="recommendations", verbose_name=_("statement")
    )
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    number = models.PositiveSmallIntegerField(_("number"))
    addressee = models.ForeignKey(
        "academy.Organisation", models.PROTECT, related_name="recommendations", verbose_name=_("addressee")
    )
    text = models.TextField(_("text"))
    text_hu = models.TextField(_("text in Hungarian"), blank=True)
    text_de_simple = models.TextField(_("text in Leichte Sprache"), blank=True)
    expected_on = models.DateField(_("expected by"))

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy recommendation")
        verbose_name_plural = _("policy recommendations")
        ordering = ["statement_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="one_recommendation_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="recommendations_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.number}"

    @cached_property
    def history(self) -> list["FollowUp"]:
        """Everything that was said about it, the newest first."""
        return sorted(self.follow_ups.all(), key=lambda one: (one.checked_on, one.pk), reverse=True)

    @property
    def latest(self) -> "FollowUp | None":
        return next(iter(self.history), None)

    @property
    def authority_view(self) -> AnswerState:
        """What the addressee said last; no query after `with_answers`."""
        known = self.__dict__.get("authority_now") or (self.latest.authority if self.latest else "")
        return AnswerState(known or AnswerState.OPEN)

    @property
    def mso_view(self) -> AnswerState:
        """What the organisations said last; no query after `with_answers`."""
        known = self.__dict__.get("mso_now") or (self.latest.mso if self.latest else "")
        return AnswerState(known or AnswerState.OPEN)

    @property
    def checked_on(self) -> date | None:
        return self.latest.checked_on if self.latest else None

    @property
    def public_addressee(self) -> str:
        """The name of the addressee; only its kind where it is not listed publicly."""
        organisation: Organisation = self.addressee
        return organisation.name if organisation.is_listed else organisation.get_kind_display()


class FollowUpQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-checked_on", "-pk")


class FollowUp(AppendOnly):
    """What both sides say on one day about one recommendation: append-only, the later row counts (D6, D8)."""

    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="follow_ups", verbose_name=_("policy recommendation")
    )
    checked_on = models.DateField(_("checked on"))
    authority = models.CharField(_("view of the addressee"), max_length=20, choices=AnswerState)
    mso = models.CharField(_("view of the MSO"), max_length=20, choices=AnswerState)
    note = models.CharField(_("note"), max_length=500, blank=True)
    note_hu = models.CharField(_("note in Hungarian"), max_length=500, blank=True)
    note_de_simple = models.CharField(_("note in Leichte Sprache"), max_length=500, blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    actor = models.UUIDField(_("pseudonym of the actor"), null=True)
    at = models.DateTimeField(_("at"))

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["recommendation_id", "-checked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~(Q(authority=AnswerState.REFUSED) | Q(mso=AnswerState.REFUSED))
                | (Q(note_de__isnull=False) & ~Q(note_de="")),
                name="refused_answer_has_reason",
            )
        ]
        indexes = [models.Index(fields=["recommendation", "-checked_on", "-id"], name="follow_ups_newest_first")]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.checked_on}: {self.authority}/{self.mso}"


class StatementMove(StateMove):
    """One thing that happened to a statement."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="moves")
    signatory = models.ForeignKey(Signatory, models.PROTECT, null=True, related_name="moves")
    move = models.CharField(_("move"), max_length=30, choices=StatementMoveKind)

    class Meta:
        verbose_name = _("move of a statement")
        verbose_name_plural = _("moves of statements")
        ordering = ["statement_id", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.move}"
