"""Reads of the material library: one list of documents, images and exercises, and where each of them is used."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Lower
from django.urls import reverse
from django.utils.text import capfirst
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from academy.common.languages import language_name
from academy.models import User

from . import permissions
from .enums import AccessState, Licence, MaterialKind, RunState
from .h5p.models import Content
from .models import CoursePage, CourseRun, MaterialFacts, MaterialVersion, StepPage

MODELS: dict[str, type[Model]] = {
    MaterialKind.DOCUMENT: Document,
    MaterialKind.IMAGE: Image,
    MaterialKind.EXERCISE: Content,
}
SORTS = {  # word in the address: columns of the list
    "title": ("sort_title", "kind", "pk"),
    "changed": ("-changed_at", "kind", "pk"),
    "kind": ("kind", "sort_title", "pk"),
    "access": ("access", "sort_title", "pk"),
}
COLUMNS = (
    *("kind", "pk", "title", "detail", "licence_code", "licence_words"),
    *("tongue", "access", "changed_at", "sort_title"),
)
FILE_BLOCKS = ("document", "video", "captions")  # fields and blocks that show a file with its kind and size
Key = tuple[str, int]  # kind and primary key


@dataclass(frozen=True)
class Filters:
    q: str = ""
    kind: str = ""
    licence: str | None = None
    language: str = ""
    access: str = ""
    used: str = ""  # "yes", "no" or either


@dataclass(frozen=True)
class Place:
    """One page on which a material stands, or other records of one kind."""

    title: str
    kind: str
    url: str = ""
    is_live: bool = True
    page_id: int | None = None
    owner_id: int | None = None
    course_page_id: int | None = None


@dataclass
class Uses:
    places: list[Place] = field(default_factory=list)
    hidden: int = 0  # drafts of others, which this person may not open

    @property
    def count(self) -> int:
        return len(self.places) + self.hidden


def kind_of(material: Model) -> MaterialKind:
    return next(kind for kind, model in MODELS.items() if isinstance(material, model))


def facts_of(material: Model) -> MaterialFacts:
    """What is known about it; nothing yet is a row that is not stored."""
    known = getattr(material, "material_facts", None)
    return known or MaterialFacts(**{kind_of(material): material})


def find(kind: str, pk: int) -> Model | None:
    model = MODELS.get(kind)
    return model.objects.filter(pk=pk).first() if model else None


def licence_words(material: Model) -> str:
    """The licence as people call it, with the author or source where one is known; empty where nothing is stated."""
    if isinstance(material, Content):
        code = "" if material.licence in ("", "U") else material.licence
        words = " ".join(filter(None, [code, str(material.metadata.get("licenseVersion") or "")])) if code else ""
        authors = ", ".join(str(author.get("name", "")) for author in _authors(material))
        return ", ".join(filter(None, [words, authors]))
    facts = facts_of(material)
    return ", ".join(filter(None, [facts.get_licence_display() if facts.licence else "", facts.source]))


def _authors(content: Content) -> list[dict]:
    return [author for author in content.metadata.get("authors") or [] if isinstance(author, dict)]


# --- One list ------------------------------------------------------------------------------------------------------
def materials_visible_to(user, kind: str) -> QuerySet:
    """Office, editors and programme lead read all, trainers what they may put on their pages."""
    model = MODELS[kind]
    if not permissions.can_read_material(user):
        return model.objects.none()
    if kind == MaterialKind.EXERCISE or permissions.keeps_material(user) or permissions.leads(user):
        return model.objects.all()
    return policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, ["add", "change", "choose"])


def material_rows(user, filters: Filters, *, sort: str = "title") -> QuerySet:
    """A dict for each material that the person reads and that fits, in one query; with `COLUMNS`."""
    parts = [_rows_of(user, kind, filters) for kind in MODELS if filters.kind in ("", kind)]
    first, *others = parts
    found = first.union(*others, all=True) if others else first
    return found.order_by(*SORTS.get(sort, SORTS["title"]))


def _rows_of(user, kind: str, filters: Filters) -> QuerySet:
    rows = materials_visible_to(user, kind)
    if kind == MaterialKind.EXERCISE:
        facts = {"stated": _licence_of_exercise(), "words": F("licence"), "tongue": F("language")}
        facts |= {"detail": F("library__title"), "changed": F("updated_at")}
    else:
        facts = {
            "stated": Coalesce("material_facts__licence", Value("")),
            "words": Value("", CharField()),
            "tongue": Coalesce("material_facts__language", Value("")),
            "detail": Cast("file", CharField()),
            "changed": Coalesce("material_facts__file_changed_at", "created_at", output_field=DateTimeField()),
        }
    known = Coalesce("material_facts__access", Value(AccessState.UNCHECKED.value))
    rows = rows.order_by().annotate(
        kind=Value(str(kind), CharField()),
        detail=facts["detail"],
        licence_code=facts["stated"],
        licence_words=facts["words"],
        tongue=facts["tongue"],
        access=known,
        changed_at=facts["changed"],
        sort_title=Lower("title"),
        is_used=Exists(_references(MODELS[kind])),
    )
    return _fitting(rows, filters).values(*COLUMNS)


def _fitting(rows: QuerySet, filters: Filters) -> QuerySet:
    if filters.q:
        rows = rows.filter(Q(title__icontains=filters.q) | Q(detail__icontains=filters.q))
    if filters.licence is not None:
        rows = rows.filter(licence_code=filters.licence)
    if filters.language:
        rows = rows.filter(tongue=filters.language)
    if filters.access:
        rows = rows.filter(access=filters.access)
    if filters.used:
        rows = rows.filter(is_used=filters.used == "yes")
    return rows


def _licence_of_exercise() -> Case:
    """The licence that a package names, in our words. Only version 4 of Creative Commons is one of them."""
    four = {"metadata__licenseVersion": "4.0"}
    return Case(
        When(licence__in=["", "U"], then=Value(Licence.UNSTATED.value)),
        When(licence="CC BY", **four, then=Value(Licence.CC_BY.value)),
        When(licence="CC BY-SA", **four, then=Value(Licence.CC_BY_SA.value)),
        When(licence="CC0 1.0", then=Value(Licence.CC0.value)),
        When(licence="C", then=Value(Licence.PERMISSION.value)),
        default=Value(Licence.OTHER.value),
        output_field=CharField(),
    )


def _references(model: type[Model]) -> QuerySet:
    to_type = ContentType.objects.get_for_model(model)
    return ReferenceIndex.objects.filter(to_content_type=to_type, to_object_id=Cast(OuterRef("pk"), CharField()))


def languages_in_use() -> list[tuple[str, str]]:
    """The languages that materials have, by name."""
    codes = {*MaterialFacts.objects.exclude(language="").values_list("language", flat=True).distinct()}
    codes |= {*Content.objects.exclude(language="").values_list("language", flat=True).distinct()}
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1].lower())


# --- Where it is used ----------------------------------------------------------------------------------------------
def uses_of(keys: Iterable[Key], *, user=None) -> dict[Key, Uses]:
    """For each material the pages and records that it stands on, by title; a constant number of queries.

    `user` reads titles of drafts only where they may be edited, and gets an address to edit; without a user all.
    """
    found = _found_references(keys)
    page_type = ContentType.objects.get_for_model(Page).pk
    page_ids = {int(origin) for pairs in found.values() for kind, origin in pairs if kind == page_type}
    places = {place.page_id: place for place in _pages_as_places(page_ids)} if page_ids else {}
    editable = _editable(user, page_ids) if user is not None else page_ids
    uses: dict[Key, Uses] = defaultdict(Uses)
    for key, pairs in found.items():
        others: dict[int, int] = defaultdict(int)
        for kind, origin in pairs:
            if kind != page_type:
                others[kind] += 1
                continue
            place = places.get(int(origin))
            if place is None:
                continue
            if not place.is_live and place.page_id not in editable:
                uses[key].hidden += 1
                continue
            address = reverse("wagtailadmin_pages:edit", args=[place.page_id])
            uses[key].places.append(_with_url(place, address if place.page_id in editable else ""))
        uses[key].places += [_as_records(kind, count) for kind, count in others.items()]
        uses[key].places.sort(key=lambda place: (place.title.lower(), place.page_id or 0))
    return uses


def _found_references(keys: Iterable[Key]) -> dict[Key, set[tuple[int, str]]]:
    wanted, kinds = Q(pk__in=[]), {}
    ids: dict[str, list[str]] = defaultdict(list)
    for kind, pk in keys:
        ids[kind].append(str(pk))
    for kind, several in ids.items():
        to_type = ContentType.objects.get_for_model(MODELS[kind])
        kinds[to_type.pk] = kind
        wanted |= Q(to_content_type=to_type, to_object_id__in=several)
    found: dict[Key, set[tuple[int, str]]] = defaultdict(set)
    if ids:
        rows = ReferenceIndex.objects.filter(wanted)
        columns = ("to_content_type_id", "to_object_id", "base_content_type_id", "object_id")
        for to_type, to_pk, kind, origin in rows.values_list(*columns).distinct():
            found[(kinds[to_type], int(to_pk))].add((kind, origin))
    return found


def _pages_as_places(page_ids: set[int]) -> Iterator[Place]:
    pages = list(Page.objects.filter(pk__in=page_ids).select_related("content_type").order_by("path"))
    types = {page.pk: page.cached_content_type.model_class() or Page for page in pages}
    above = {page.pk: page.path[: -Page.steplen] for page in pages if issubclass(types[page.pk], StepPage)}
    parents = {page.path: page for page in Page.objects.filter(path__in=set(above.values()))} if above else {}
    for page in pages:
        course = page if issubclass(types[page.pk], CoursePage) else parents.get(above.get(page.pk, ""))
        yield Place(
            title=f"{course.title}: {page.title}" if course and course != page else page.get_admin_display_title(),
            kind=capfirst(types[page.pk]._meta.verbose_name),
            is_live=page.live,
            page_id=page.pk,
            owner_id=page.owner_id,
            course_page_id=course.pk if course else None,
        )


def _with_url(place: Place, url: str) -> Place:
    return replace(place, url=url)


def _as_records(content_type_id: int, count: int) -> Place:
    """Records of another kind; what they say is not told here."""
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    name = capfirst(str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)) if model else "–"
    return Place(title=name if count == 1 else f"{name} ({count})", kind=name)


def _editable(user, page_ids: set[int]) -> set[int]:
    policy = policy_registry.get_by_type(Page)
    mine = policy.instances_user_has_any_permission_for(user, ["add", "change", "publish"])
    return set(mine.filter(pk__in=page_ids).values_list("pk", flat=True)) if page_ids else set()


def people_at(places: Iterable[Place]) -> dict[User, list[Place]]:
    """Who answers for these places: who owns a page, and who teaches an unfinished run of its course."""
    places = list(places)
    course_pages = {place.course_page_id for place in places if place.course_page_id}
    courses = dict(CoursePage.objects.filter(pk__in=course_pages).values_list("pk", "course_id"))
    runs = CourseRun.objects.filter(course__in=courses.values(), state__in=[RunState.DRAFT, RunState.OPEN])
    taught: dict[int, set[int]] = defaultdict(set)
    for course, trainer in runs.exclude(trainers=None).values_list("course_id", "trainers"):
        taught[course].add(trainer)
    told: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        people = taught[courses[place.course_page_id]] if place.course_page_id in courses else set()
        for person in {*people, *([place.owner_id] if place.owner_id else [])}:
            told[person].append(place)
    people = User.objects.filter(pk__in=told, is_active=True).order_by("pk")
    return {person: told[person.pk] for person in people}


# --- What a page holds ---------------------------------------------------------------------------------------------
def materials_of(page: Page) -> set[Key]:
    """The documents, images and exercises that stand on this state of a page, draft or not; no query."""
    kinds = {model: str(kind) for kind, model in MODELS.items()}
    return {(kinds[model], int(pk)) for model, pk, _path in _targets(page) if model in kinds and str(pk).isdecimal()}


def linked_documents(page: Page) -> list[Document]:
    """The documents that a text of the page links to, by title; those that stand there as files say more themselves."""
    targets = [(model, pk, path.rsplit(".", 1)[-1]) for model, pk, path in _targets(page)]
    files = {str(pk) for model, pk, name in targets if model is Document and name in FILE_BLOCKS}
    linked = {str(pk) for model, pk, name in targets if model is Document and name not in FILE_BLOCKS} - files
    if not linked:
        return []
    return list(Document.objects.filter(pk__in=linked).select_related("material_facts").order_by("title", "pk"))


def _targets(row: Model) -> Iterator[tuple[type[Model], Any, str]]:
    """What a row points at: model, key, and the path to the place, which ends in the name of a field or block."""
    for one in row._meta.get_fields():
        if one.many_to_one and one.concrete and one.related_model in MODELS.values():
            value = one.value_from_object(row)
            if value is not None:
                yield one.related_model, value, one.name
        elif hasattr(one, "extract_references"):
            value = one.value_from_object(row)
            if value is not None:
                yield from ((model, pk, path) for model, pk, path, _place in one.extract_references(value))
    if isinstance(row, ClusterableModel):
        for relation in get_all_child_relations(row):
            for child in getattr(row, relation.get_accessor_name()).all():
                yield from _targets(child)


def inaccessible_without_help(page: Page) -> list[str]:
    """The titles of what stands on the page, is known to be not accessible, and says nothing that helps."""
    wanted = _about(materials_of(page))
    if wanted is None:
        return []
    rows = MaterialFacts.objects.filter(wanted, access=AccessState.NOT_ACCESSIBLE, access_note="")
    found = rows.select_related("document", "image", "exercise").order_by("pk")
    return sorted((str(facts) for facts in found), key=str.lower)


def replaced_since(page: Page, moment: datetime) -> list[tuple[str, datetime]]:
    """Title and moment of each material of the page whose file was replaced after that moment, the latest first."""
    wanted = _about(materials_of(page))
    if wanted is None:
        return []
    rows = MaterialFacts.objects.filter(wanted, file_changed_at__gt=moment)
    found = rows.select_related("document", "image", "exercise").order_by("-file_changed_at", "pk")
    return [(str(facts), facts.file_changed_at) for facts in found]


def _about(keys: set[Key]) -> Q | None:
    """A condition on rows about these materials; None where there are none."""
    wanted = None
    for kind in MODELS:
        ids = [pk for one, pk in keys if one == kind]
        if ids:
            part = Q(**{f"{kind}__in": ids})
            wanted = part if wanted is None else wanted | part
    return wanted


def versions_of(material: Model) -> QuerySet[MaterialVersion]:
    """The files that it had before, the latest first."""
    return MaterialVersion.objects.filter(**{kind_of(material): material}).order_by("-number")


def told_versions(material: Model) -> list[tuple[MaterialVersion, str]]:
    """Each earlier file with the name of who replaced it; empty where the account is gone."""
    rows = list(versions_of(material))
    people = User.objects.filter(pseudonym__in={row.actor for row in rows}, erased_at=None)
    names = {person.pseudonym: str(person) for person in people} if rows else {}
    return [(row, names.get(row.actor, "")) for row in rows]


def next_number(material: Model) -> int:
    return (versions_of(material).aggregate(last=Max("number"))["last"] or 0) + 1
