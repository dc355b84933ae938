"""What is known about documents, pictures and exercises beside the file itself, and the files that they had before.

Wagtail's own models of documents and images stay as they are, so each of the three has a row of its own here.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.enums import AccessState, Licence

ONE_OF_THREE = (  # a row belongs to one document, one image or one exercise
    Q(document__isnull=False, image__isnull=True, exercise__isnull=True)
    | Q(document__isnull=True, image__isnull=False, exercise__isnull=True)
    | Q(document__isnull=True, image__isnull=True, exercise__isnull=False)
)


class MaterialFacts(models.Model):
    """Licence, source, language and accessibility of one document, image or exercise.

    No row means that nobody has said anything yet: not checked, no licence stated. An exercise names its licence and
    its language itself. Only `services` may change a row.
    """

    wagtail_reference_index_ignore = True

    document = models.OneToOneField(
        "wagtaildocs.Document", models.CASCADE, null=True, blank=True, related_name="material_facts"
    )
    image = models.OneToOneField(
        "wagtailimages.Image", models.CASCADE, null=True, blank=True, related_name="material_facts"
    )
    exercise = models.OneToOneField("h5p.Content", models.CASCADE, null=True, blank=True, related_name="material_facts")
    licence = models.CharField(_("licence"), max_length=12, choices=Licence, blank=True)
    source = models.CharField(_("author or source"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    access = models.CharField(_("accessibility"), max_length=16, choices=AccessState, default=AccessState.UNCHECKED)
    access_note = models.CharField(_("what helps"), max_length=300, blank=True)
    checked_by = models.CharField(_("checked by"), max_length=100, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    file_changed_at = models.DateTimeField(_("file replaced at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("facts about a material")
        verbose_name_plural = _("facts about materials")
        constraints = [
            models.CheckConstraint(
                condition=ONE_OF_THREE,
                name="facts_about_one_material",
            ),
            models.CheckConstraint(
                condition=Q(access=AccessState.UNCHECKED, checked_on__isnull=True, checked_by="", access_note="")
                | Q(~Q(access=AccessState.UNCHECKED), ~Q(checked_by=""), checked_on__isnull=False),
                name="check_has_function_and_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.document or self.image or self.exercise)


class MaterialVersion(models.Model):
    """The file that a material had until it was replaced: kept with its hash, and who replaced it."""

    wagtail_reference_index_ignore = True

    document = models.ForeignKey(
        "wagtaildocs.Document", models.CASCADE, null=True, blank=True, related_name="material_versions"
    )
    image = models.ForeignKey(
        "wagtailimages.Image", models.CASCADE, null=True, blank=True, related_name="material_versions"
    )
    exercise = models.ForeignKey("h5p.Content", models.CASCADE, null=True, blank=True, related_name="material_versions")
    number = models.PositiveIntegerField(_("number"))
    file = models.FileField(_("file"), upload_to="material", max_length=200)
    filename = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    note = models.CharField(_("what has changed"), max_length=300, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"))
    actor = models.UUIDField(_("pseudonym of the actor"))

    class Meta:
        verbose_name = _("earlier file of a material")
        verbose_name_plural = _("earlier files of materials")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=ONE_OF_THREE,
                name="version_of_one_material",
            ),
            *[
                models.UniqueConstraint(fields=[name, "number"], name=f"{name}_version_once")
                for name in ("document", "image", "exercise")
            ],
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.number})"
