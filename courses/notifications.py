"""What we tell people about the material of courses and pages."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.common.links import absolute
from academy.models import User
from academy.services import Message, write_mail

from .material_reads import Place, kind_of
from .models import MaterialVersion


def material_replaced(
    material: Model, version: MaterialVersion, places: Sequence[Place], *, person: User, at: datetime
) -> None:
    """Tell who answers for pages that a file on them is another one now: one mail with all of them."""
    kind = kind_of(material)
    write_mail(
        key=f"material-replaced.{version.pk}.{person.pk}",
        to=person,
        at=at,
        build=lambda: Message(
            subject=_("A file on your pages was replaced: %(title)s") % {"title": material},
            paragraphs=[
                ngettext(
                    "The file stands on a page that you answer for. Please look whether everything still fits.",
                    "The file stands on %(count)d pages that you answer for. Please look whether everything still "
                    "fits.",
                    len(places),
                )
                % {"count": len(places)},
                *([_("What has changed: %(note)s") % {"note": version.note}] if version.note else []),
                _("The new file counts as not checked for accessibility until somebody has checked it."),
            ],
            facts=[(place.kind, place.title) for place in places],
            action=(_("Look at the material"), absolute(reverse("material_detail", args=[kind, material.pk]))),
        ),
    )
