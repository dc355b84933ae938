"""Installed libraries, imported contents, and what learners did with them.

`user_key` is a pseudonym and `context` says where a content was played ("place:17:step:3"); both are opaque here.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .enums import DependencyKind


class LibraryQuerySet(models.QuerySet):
    def named(self, machine_name: str, major: int, minor: int) -> "LibraryQuerySet":
        return self.filter(machine_name=machine_name, major=major, minor=minor)


class Library(models.Model):
    """One H5P library in one minor version. Several minor versions live side by side; only the patch is replaced.

    The row is the switch: the files under `prefix` never change, a new patch gets a new prefix.
    """

    machine_name = models.CharField(_("machine name"), max_length=255)
    major = models.PositiveIntegerField(_("major version"))
    minor = models.PositiveIntegerField(_("minor version"))
    patch = models.PositiveIntegerField(_("patch version"))
    title = models.CharField(_("title"), max_length=255)
    is_runnable = models.BooleanField(_("is a content type"))
    metadata = models.JSONField(_("library.json"))
    semantics = models.JSONField(_("fields of the content"), default=list, blank=True)
    prefix = models.CharField(_("folder in the storage"), max_length=400)
    sha256 = models.CharField(_("SHA-256 of the files"), max_length=64)
    installed_at = models.DateTimeField(_("installed at"))

    objects = LibraryQuerySet.as_manager()

    class Meta:
        verbose_name = _("H5P library")
        verbose_name_plural = _("H5P libraries")
        ordering = ["machine_name", "major", "minor"]
        constraints = [
            models.UniqueConstraint(
                fields=["machine_name", "major", "minor"], name="h5p_one_library_per_minor_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.machine_name} {self.major}.{self.minor}"

    @property
    def folder(self) -> str:
        return f"{self.machine_name}-{self.major}.{self.minor}"

    @property
    def version(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class LibraryDependency(models.Model):
    """`library` needs `required`; `position` is the order of its library.json."""

    library = models.ForeignKey(Library, models.CASCADE, related_name="dependencies")
    required = models.ForeignKey(Library, models.PROTECT, related_name="dependents")
    kind = models.CharField(_("kind of dependency"), max_length=10, choices=DependencyKind)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("dependency of an H5P library")
        verbose_name_plural = _("dependencies of H5P libraries")
        ordering = ["library", "kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["library", "required", "kind"], name="h5p_one_dependency_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.library} → {self.required}"


class Content(models.Model):
    """One playable content. `params` passed the semantics of its library; files lie under `files_prefix`."""

    uuid = models.UUIDField(_("H5P identifier"), default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=255)
    library = models.ForeignKey(Library, models.PROTECT, related_name="contents", verbose_name=_("content type"))
    used_libraries = models.ManyToManyField(Library, through="ContentLibrary", related_name="used_in")
    params = models.JSONField(_("parameters"))
    metadata = models.JSONField(_("h5p.json"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=12)
    licence = models.CharField(_("licence"), max_length=40, blank=True)
    files_prefix = models.CharField(_("folder in the storage"), max_length=400, blank=True)
    files = models.JSONField(_("files"), default=list, blank=True)
    warnings = models.JSONField(_("left out on import"), default=list, blank=True)
    package_sha256 = models.CharField(_("SHA-256 of the package"), max_length=64)
    uploaded_by_key = models.CharField(_("uploaded by"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("H5P content")
        verbose_name_plural = _("H5P contents")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def activity_id(self) -> str:
        """The name of this content in xAPI statements: an address that stays the same on every host of the site."""
        return settings.BASE_URL.rstrip("/") + reverse("h5p:embed", args=[self.uuid])


class ContentLibrary(models.Model):
    """A library that a content uses itself, in the order in which the content names them; the main one is last."""

    content = models.ForeignKey(Content, models.CASCADE, related_name="content_libraries")
    library = models.ForeignKey(Library, models.PROTECT, related_name="content_uses")
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("library of an H5P content")
        verbose_name_plural = _("libraries of H5P contents")
        ordering = ["content", "position"]
        constraints = [
            models.UniqueConstraint(fields=["content", "library"], name="h5p_one_use_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.content} – {self.library}"


class State(models.Model):
    """Where a learner stopped: opaque data of the content type, replaced on every save."""

    wagtail_reference_index_ignore = True

    RESET = "RESET"  # how the H5P core is told that a saved state no longer fits its content

    content = models.ForeignKey(Content, models.CASCADE, related_name="states")
    user_key = models.CharField(_("learner"), max_length=64)
    context = models.CharField(_("played in"), max_length=200, blank=True)
    data_type = models.CharField(_("kind of data"), max_length=127)
    sub_content_id = models.CharField(_("part of the content"), max_length=64, default="0")
    data = models.TextField(_("saved data"))
    is_preloaded = models.BooleanField(_("is sent with the page"), default=False)
    is_reset_on_change = models.BooleanField(_("is reset when the content changes"), default=False)
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("H5P state")
        verbose_name_plural = _("H5P states")
        ordering = ["pk"]
        indexes = [models.Index(fields=["user_key"], name="h5p_state_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["content", "user_key", "context", "data_type", "sub_content_id"], name="h5p_one_state_per_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content_id}/{self.data_type}/{self.sub_content_id}"


class Attempt(models.Model):
    """One go of a learner at a content in one context. Finished attempts never change.

    `round_key` is the player's own name for the go, so that a report that arrives twice counts once.
    """

    wagtail_reference_index_ignore = True

    content = models.ForeignKey(Content, models.PROTECT, related_name="attempts")
    user_key = models.CharField(_("learner"), max_length=64)
    context = models.CharField(_("played in"), max_length=200, blank=True)
    number = models.PositiveIntegerField(_("attempt number"))
    round_key = models.CharField(_("name given by the player"), max_length=36, blank=True)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    score = models.PositiveIntegerField(_("score"), null=True, blank=True)
    max_score = models.PositiveIntegerField(_("highest possible score"), null=True, blank=True)
    seconds = models.PositiveIntegerField(_("duration in seconds"), null=True, blank=True)

    class Meta:
        verbose_name = _("H5P attempt")
        verbose_name_plural = _("H5P attempts")
        ordering = ["content", "user_key", "context", "number"]
        indexes = [models.Index(fields=["user_key"], name="h5p_attempt_user")]
        constraints = [
            models.UniqueConstraint(fields=["content", "user_key", "context", "number"], name="h5p_attempt_number"),
            models.UniqueConstraint(
                fields=["content", "user_key", "context", "round_key"],
                condition=~Q(round_key=""),
                name="h5p_one_attempt_per_round",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="h5p_attempts_count_from_one"),
            models.CheckConstraint(condition=Q(score__lte=F("max_score")), name="h5p_score_within_maximum"),
            models.CheckConstraint(
                condition=Q(finished_at=None, score=None, max_score=None, seconds=None)
                | Q(finished_at__isnull=False, score__isnull=False, max_score__isnull=False),
                name="h5p_finished_attempt_has_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content_id}/{self.number}"


class Statement(models.Model):
    """One xAPI statement as the player sent it, with the actor that the server knows."""

    wagtail_reference_index_ignore = True

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="statements")
    statement_id = models.UUIDField(_("H5P identifier"), unique=True)
    verb = models.CharField(_("verb"), max_length=200)
    raw = models.JSONField(_("raw statement"))
    stored_at = models.DateTimeField(_("stored at"))

    class Meta:
        verbose_name = _("xAPI statement")
        verbose_name_plural = _("xAPI statements")
        ordering = ["attempt", "pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.statement_id}"


class EditorRelease(models.Model):
    """The H5P editor that the administration has installed: at most one. The row is the switch, as with libraries."""

    prefix = models.CharField(_("folder in the storage"), max_length=400)
    core_sha256 = models.CharField(_("SHA-256 of the core archive"), max_length=64)
    editor_sha256 = models.CharField(_("SHA-256 of the editor archive"), max_length=64)
    files = models.JSONField(_("files"), default=list)
    installed_at = models.DateTimeField(_("installed at"))

    class Meta:
        verbose_name = _("H5P editor")
        verbose_name_plural = _("H5P editors")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(id=1), name="h5p_at_most_one_editor")]

    def __str__(self) -> str:
        return self.prefix
