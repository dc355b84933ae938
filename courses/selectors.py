"""Reads of the catalogue and of course pages."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import (
    Count,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from wagtail.models import Locale
from wagtail.models import Page as WagtailPage

from academy.common.search_text import terms
from academy.enums import Vocabulary
from academy.models import Term

from . import catalogue_order
from .enums import ApprovalPolicy, RunState, RunStatus
from .models import Course, CoursePage, CourseRun, CourseVersion, FeedbackStepPage, H5PStepPage, Session, Step
from .structure import Difference, difference, rule_facts

PER_PAGE = 12
CARD_FIELDS = ("title", "url_path", "locale_id", "easy_status", "easy_seal", "teaser", "course")
WORDS_KEY = "courses:words:1"


@dataclass(frozen=True)
class Filters:
    """What a visitor asks of the catalogue; empty values ask nothing."""

    q: str = ""
    topic: str = ""
    format: str = ""
    audience: str = ""
    language: str = ""
    only_free: bool = False


@dataclass
class Offer:
    """A course page with its run, as a list shows it. `run` is None where no date is planned."""

    page: CoursePage
    run: CourseRun | None
    status: RunStatus | None
    audience: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    builds_on: list[str] = field(default_factory=list)
    study_minutes: int = 0

    @property
    def course(self) -> Course:
        return self.page.course


def first_in_a_circle(course: Course, chosen: Iterable[Course]) -> Course | None:
    """The first of the chosen courses that builds on `course`, itself or through others; None where none does."""
    builds_on: dict[int, set[int]] = {}
    for one, other in Course.prerequisites.through.objects.values_list("from_course", "to_course"):
        builds_on.setdefault(one, set()).add(other)
    for first in chosen:
        seen, rest = set(), [first.pk]
        while rest:
            key = rest.pop()
            if key == course.pk:
                return first
            if key not in seen:
                seen.add(key)
                rest.extend(builds_on.get(key, ()))
    return None


@dataclass
class Listing:
    """One page of the catalogue."""

    offers: list[Offer]
    page: Page
    total: int


# --- Words that rarely change --------------------------------------------------------------------------------------
def words() -> dict:
    """Target groups and access features by key of the row, and the languages of courses; cached until one changes."""
    known = cache.get(WORDS_KEY)
    if known is None:
        terms = Term.objects.filter(vocabulary__in=[Vocabulary.TARGET_GROUPS, Vocabulary.ACCESS])
        rows = terms.order_by("position", "key").values("pk", "vocabulary", "key", "label_de", "label_en")
        languages = Course.objects.order_by("language").values_list("language", flat=True).distinct()
        known = {"terms": {row["pk"]: row for row in rows}, "languages": list(languages)}
        cache.set(WORDS_KEY, known, 600)
    return known


def forget_words(**kwargs) -> None:
    """Receiver: an entry of a list, or a course, has changed."""
    cache.delete(WORDS_KEY)


def term_label(row: dict) -> str:
    return (row["label_en"] if get_language() == "en" else "") or row["label_de"]


def target_groups() -> list[tuple[str, str]]:
    """Key and label of every target group, in the order of the list."""
    rows = words()["terms"].values()
    return [(row["key"], term_label(row)) for row in rows if row["vocabulary"] == Vocabulary.TARGET_GROUPS]


PREREQUISITES, STUDY_MINUTES = "prerequisites", "study_minutes"


def _labels_of(course_ids: list[int]) -> dict[int, dict[str, list]]:
    """For each course the labels of its target groups and access features, by vocabulary, under `PREREQUISITES` the
    keys of the courses that it builds on, and under `STUDY_MINUTES` how long its steps take, as one number: one query.
    """
    found: dict[int, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    if not course_ids:
        return found
    terms = words()["terms"]
    order = {pk: position for position, pk in enumerate(terms)}
    is_course, is_term, is_minutes = (Value(number, IntegerField()) for number in range(3))
    links = [
        model.objects.filter(course_id__in=course_ids).values_list("course_id", "term_id", is_term)
        for model in (Course.target_groups.through, Course.access.through)
    ]
    before = Course.prerequisites.through.objects.filter(from_course_id__in=course_ids)
    before = before.values_list("from_course_id", "to_course_id", is_course)
    minutes = _minutes_of_steps(course_ids).values_list("version__course_id", "all_minutes", is_minutes)
    rows = links[0].union(links[1], before, minutes, all=True)
    for course_id, key, kind in sorted(rows, key=lambda row: order.get(row[1], 0)):
        if kind != is_term.value:
            found[course_id][STUDY_MINUTES if kind else PREREQUISITES].append(key)
        elif key in terms:
            found[course_id][terms[key]["vocabulary"]].append(term_label(terms[key]))
    return found


def _minutes_of_steps(course_ids: list[int]) -> QuerySet[Step]:
    """For each course that has steps, what those of its newest version take together."""
    newest = CourseVersion.objects.filter(course=OuterRef("version__course")).order_by("-number").values("pk")
    steps = Step.objects.filter(version__course_id__in=course_ids, version=Subquery(newest[:1]))
    return steps.order_by().values("version__course_id").annotate(all_minutes=Sum("minutes"))


# --- The catalogue -------------------------------------------------------------------------------------------------
def catalogue(*, locale: Locale, filters: Filters, at: datetime, number: int = 1) -> Listing:
    """Page `number` of the published courses of one language, each with its next run, ordered by its next date.

    A page number that does not exist gives the nearest one. Three queries, one more with a filter and with the wish
    for free places, three more with a search; three more where the order is not known (`catalogue_order`).
    """
    order = catalogue_order.order_of(locale, at=at)
    keys = order.with_free_seats() if filters.only_free else order.all()
    if filters != Filters(only_free=filters.only_free):
        wanted = _matching(locale, filters)
        keys = [key for key in keys if key[0] in wanted]
    page = Paginator(keys, PER_PAGE).get_page(number)
    return Listing(offers=_offers(list(page.object_list), at), page=page, total=len(keys))


def next_bookable(*, locale: Locale, at: datetime, count: int) -> list[Offer]:
    """The next `count` courses of one language with a run that one may book and that has a free seat: five queries."""
    return _offers(catalogue_order.order_of(locale, at=at).with_free_seats(most=count), at)


def _matching(locale: Locale, filters: Filters) -> set[int]:
    """The keys of the pages that meet the filters."""
    wanted = {
        "course__field": filters.topic,
        "course__format": filters.format,
        "course__language": filters.language,
        "course__target_groups__key": filters.audience,
    }
    wanted = {lookup: value for lookup, value in wanted.items() if value}
    found = None
    if wanted:
        pages = CoursePage.objects.filter(live=True, locale=locale, **wanted)
        found = set(pages.order_by().values_list("pk", flat=True))
    if filters.q:
        words = search_keys(filters.q, locale=locale)
        found = words if found is None else found & words
    return found or set()


def _offers(
    keys: list[tuple[int, int]],
    at: datetime,
    *,
    pages: dict[int, CoursePage] | None = None,
    with_labels: bool = True,
) -> list[Offer]:
    """The pages with the runs that were chosen for them: three queries, one less without pages to read or labels."""
    pages = _pages(page for page, _run in keys) if pages is None else pages
    to_come = Session.objects.filter(run=OuterRef("pk"), ends_at__gte=at).order_by("starts_at").values("starts_at")
    runs = CourseRun.objects.with_dates().with_free_seats().annotate(dates=_session_count())
    known = runs.annotate(next_at=Subquery(to_come[:1])).order_by().in_bulk([run for _page, run in keys if run])
    labels = _labels_of([page.course_id for page in pages.values()]) if with_labels else {}
    offers = []
    for key, run_key in keys:
        page, run = pages.get(key), known.get(run_key)
        if page is None:  # taken back at this very moment
            continue
        status = run.status(at=at, free_seats=run.free_seats) if run else None
        own = labels.get(page.course_id, {})
        audience, access = own.get(Vocabulary.TARGET_GROUPS, []), own.get(Vocabulary.ACCESS, [])
        offers.append(Offer(page, run, status, audience, access, study_minutes=sum(own.get(STUDY_MINUTES, []))))
    return offers


def chosen_courses(*, page_ids: list[int], at: datetime) -> list[Offer]:
    """The published ones of these course pages, in the order given, each with its next run: three queries."""
    runs = catalogue_order.next_runs(page_ids, at=at)
    return _offers([(key, runs[key]) for key in dict.fromkeys(page_ids) if key in runs], at)


def next_dates(pages: dict[int, CoursePage], *, at: datetime) -> list[Offer]:
    """These live pages, read with their courses, each with its next run and without labels: one query."""
    runs = catalogue_order.next_runs(pages, at=at)
    return _offers([(key, runs[key]) for key in pages if key in runs], at, pages=pages, with_labels=False)


def _pages(keys: Iterable[int]) -> dict[int, CoursePage]:
    """What a card shows of live pages, without their long texts."""
    shown = CoursePage.objects.filter(live=True).select_related("course").only(*CARD_FIELDS)
    return shown.order_by().in_bulk(list(keys))


def _session_count() -> Coalesce:
    sessions = Session.objects.filter(run=OuterRef("pk")).order_by().values("run").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(sessions), 0)


def search_keys(text: str, *, locale: Locale) -> set[int]:
    """The live course pages of one language that have the words, or words that begin with them."""
    text = " ".join(terms(text))
    if not text:
        return set()
    pages = CoursePage.objects.filter(live=True, locale=locale).only("pk")
    found = {page.pk for page in pages.search(text, operator="and")}
    return found | {page.pk for page in pages.autocomplete(text, operator="and")}


# --- One course ----------------------------------------------------------------------------------------------------
@dataclass
class CourseDetails:
    """What a course page shows beside its own words."""

    course: Course
    runs: list[CourseRun]
    audience: list[str]
    access: list[str]
    easy_page: CoursePage | None
    prerequisites: list[Course]
    study_minutes: int


def _with_pages(keys: list[int]) -> list[Course]:
    return list(Course.objects.filter(pk__in=keys).prefetch_related("pages")) if keys else []


def course_details(page: CoursePage, *, at: datetime) -> CourseDetails:
    """Runs to come or under way, the words of the course, and its text in Leichte Sprache: at most five queries, and
    two more where the course builds on others.
    """
    course = page.course
    labels = _labels_of([course.pk])[course.pk]
    runs = _runs_to_show([course.pk], at)[course.pk]
    for run in runs:
        run.builds_on_others = bool(labels[PREREQUISITES])
    easy = next((variant for variant in page.variants if variant.is_easy and variant.pk != page.pk), None)
    return CourseDetails(
        course=course,
        runs=runs,
        audience=labels[Vocabulary.TARGET_GROUPS],
        access=labels[Vocabulary.ACCESS],
        easy_page=easy,
        prerequisites=_with_pages(labels[PREREQUISITES]),
        study_minutes=sum(labels[STUDY_MINUTES]),
    )


def _runs_to_show(course_ids: list[int], at: datetime) -> dict[int, list[CourseRun]]:
    """The runs of each course that are not over, with sessions, trainers, free seats and `status_now`, by date."""
    runs = (
        CourseRun.objects.filter(course_id__in=course_ids, state__in=[RunState.OPEN, RunState.CANCELLED])
        .with_dates()
        .filter(Q(last_at__isnull=True, state=RunState.OPEN) | Q(last_at__gte=at))
        .with_free_seats()
        .prefetch_related(Prefetch("sessions", queryset=Session.objects.order_by("starts_at", "pk")), "trainers")
        .by_date()
    )
    found: dict[int, list[CourseRun]] = defaultdict(list)
    for run in runs:
        run.status_now = run.status(at=at, free_seats=run.free_seats)
        found[run.course_id].append(run)
    return found


def published_courses(*, locale: Locale, at: datetime) -> list[tuple[Offer, list[CourseRun]]]:
    """Every published course of one language with its runs that are not over, for the open data: five queries."""
    pages = list(CoursePage.objects.filter(live=True, locale=locale).select_related("course").order_by("title", "pk"))
    keys = [page.course_id for page in pages]
    labels, runs = _labels_of(keys), _runs_to_show(keys, at)
    slugs = {page.course_id: page.course.slug for page in pages}
    found = []
    for page in pages:
        own = labels[page.course_id]
        before = sorted(slugs[key] for key in own[PREREQUISITES] if key in slugs)
        offer = Offer(page, None, None, own[Vocabulary.TARGET_GROUPS], own[Vocabulary.ACCESS], before)
        found.append((offer, runs[page.course_id]))
    return found


def structure_page(course: Course) -> CoursePage | None:
    """The page whose steps are the course's structure: the German one, else the oldest of any language."""
    pages = course.pages.select_related("locale").order_by("pk")
    return min(pages, key=lambda page: (page.locale.language_code != settings.LANGUAGE_CODE, page.pk), default=None)


def questions_in(step: Step, page: FeedbackStepPage) -> tuple[list[dict], bool]:
    """The questions of a feedback step as its version has them, in the words of `page`; whether the page has words for
    them.

    A page in another language whose questions were written anew is read in order where number and kinds are the same.
    Where a question is not on the page, the version's own words stand for all.
    """
    written = {one["key"]: one for one in page.asked}
    if set(written) >= {one["key"] for one in step.questions}:
        found = [written[one["key"]] for one in step.questions]
    elif page.pk != step.page_id and not set(written) & {one["key"] for one in step.questions}:
        found = page.asked
    else:
        return step.questions, False
    same = [(one["kind"], len(one["options"])) for one in found] == [shape[1:] for shape in step.question_shape]
    if not same:
        return step.questions, False
    return [{**words, "key": one["key"]} for words, one in zip(found, step.questions, strict=True)], True


def feedback_pages(steps: Iterable[Step], *, language: str) -> dict[UUID, FeedbackStepPage]:
    """The page of each feedback step by its key as `step_pages` chooses it, with its questions."""
    chosen = {key: page.pk for key, page in step_pages(steps, language=language).items()}
    pages = FeedbackStepPage.objects.in_bulk(list(chosen.values()))
    return {key: pages[pk] for key, pk in chosen.items()}


def step_pages(steps: Iterable[Step], *, language: str) -> dict[UUID, WagtailPage]:
    """The page of each step by its key: live in that language, else live in German, else the one the version names
    with the words last published there.
    """
    pinned = {step.key: step.page_id for step in steps}
    found = WagtailPage.objects.filter(translation_key__in=pinned).select_related("locale")
    slim = found.only("title", "live", "translation_key", "content_type", "locale__language_code")
    pages: dict[UUID, dict[str, WagtailPage]] = {}
    for page in slim.order_by("pk"):
        names = pages.setdefault(page.translation_key, {})
        if page.live:
            names[page.locale.language_code] = page
        if page.pk == pinned[page.translation_key]:
            names["pinned"] = page
    order = (language, "de", "pinned")
    return {key: next(names[name] for name in order if name in names) for key, names in pages.items()}


def version_difference(before: CourseVersion | None, after: CourseVersion) -> Difference:
    """What differs when a run that stood on `before`, or on no version, stands on `after`: two queries."""
    found = difference(list(before.steps.all()) if before else [], list(after.steps.all()))
    return replace(found, rules=rule_facts(before, after)) if before else found


def change_lines(found: Difference, *, language: str) -> list[dict]:
    """Each change between two versions with the title of its step in that language: one query."""
    pages = step_pages([change.step for change in found.changes], language=language)
    return [{"change": change, "title": pages[change.key].title} for change in found.changes]


def open_runs_on(page: WagtailPage) -> QuerySet[CourseRun]:
    """Open runs whose version has a step that stands on this page, or on one below it."""
    steps = Step.objects.filter(page__path__startswith=page.path)
    return CourseRun.objects.filter(state=RunState.OPEN, version__in=steps.values("version"))


def courses_with_exercises() -> dict[int, str]:
    """For each exercise that stands on a step the titles of its courses: two queries."""
    steps = list(H5PStepPage.objects.filter(content__isnull=False).order_by("path").values_list("content_id", "path"))
    above = {path: path[: -CoursePage.steplen] for _content, path in steps}
    titles = dict(CoursePage.objects.filter(path__in=set(above.values())).values_list("path", "title"))
    found: dict[int, list[str]] = defaultdict(list)
    for content_id, path in steps:
        title = titles.get(above[path])
        if title and title not in found[content_id]:
            found[content_id].append(title)
    return {content_id: ", ".join(names) for content_id, names in found.items()}


def runs_asking_for_approval(course: Course) -> QuerySet[CourseRun]:
    """Runs of the course, not over, on which a supervisor has a say."""
    runs = CourseRun.objects.filter(course=course, state__in=[RunState.DRAFT, RunState.OPEN])
    return runs.exclude(approval=ApprovalPolicy.NONE)


# --- Dates beside each other -------------------------------------------------------------------------------------
def sessions_beside(
    spans: Sequence[tuple[datetime, datetime]], *, apart_from: CourseRun | None = None
) -> QuerySet[Session]:
    """Dates of other runs, unless they were called off, that lie in one of these spans or reach into it."""
    touching = Q(pk__in=[])
    for starts_at, ends_at in spans:
        touching |= Q(starts_at__lt=ends_at, ends_at__gt=starts_at)
    beside = Session.objects.filter(touching, is_cancelled=False)
    return beside.exclude(run=apart_from) if apart_from is not None and apart_from.pk else beside
