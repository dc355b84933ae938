"""What people enter about documents of a process."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.common.confidentiality import Level
from academy.common.languages import language_choices
from academy.common.uploads import PAPERS
from academy.models import User
from consulting import permissions, services
from consulting.enums import DocumentKind
from consulting.models import ProcessDocument

from .barriers import WarningForm
from .processes import ProcessFormBase, day_field

YES, NO = "yes", "no"


class VersionForm(WarningForm):
    """One file, and what its readers need to know of it; cleaned, they are one `paper`."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in PAPERS)}),
        help_text=gettext_lazy("PDF, Word, Excel, PowerPoint, OpenDocument, text or CSV, at most 25 MB."),
        error_messages={
            "required": gettext_lazy("Please choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    is_accessible = forms.ChoiceField(
        label=gettext_lazy("Is the file accessible?"),
        choices=[
            (YES, gettext_lazy("Yes: it can be read aloud, with headings and descriptions of pictures.")),
            (NO, gettext_lazy("No, or not fully.")),
        ],
        widget=forms.RadioSelect,
    )
    access_note = forms.CharField(
        label=gettext_lazy("If not: why, and where do people get help?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For example: «Scan with signatures. The same text is in the draft before it.»"),
    )
    valid_until = day_field(gettext_lazy("Valid until"), required=False)
    watched = ("access_note",)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_accessible") == NO and not cleaned.get("access_note"):
            self.add_error("access_note", _("Please say why the file is not accessible, and where people get help."))
        file = cleaned.pop("file", None)
        facts = {name: cleaned.pop(name, None) for name in ("is_accessible", "access_note", "valid_until")}
        if file and not self.errors:
            cleaned["paper"] = services.Paper(
                file=file.file,
                file_name=file.name,
                is_accessible=facts["is_accessible"] == YES,
                access_note=facts["access_note"] or "",
                valid_until=facts["valid_until"],
            )
        return cleaned


def document_title() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("In the language of the document, without names of people."),
    )


class DocumentForm(VersionForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=DocumentKind)
    title = document_title()
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices, initial="de")
    level = forms.TypedChoiceField(
        label=gettext_lazy("Who sees it for now?"),
        choices=[(level.value, level.label) for level in (Level.GROUP, Level.FACILITATION)],
        initial=Level.GROUP.value,
        coerce=lambda value: Level(int(value)),
        widget=forms.RadioSelect,
    )
    field_order = ["kind", "language", "title", "file", "is_accessible", "access_note", "valid_until", "level"]
    rows = [("kind", "language")]
    watched = ("title", "access_note")


class DocumentTitleForm(WarningForm):
    title = document_title()
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    watched = ("title",)


class DocumentLevelForm(ProcessFormBase):
    level = forms.TypedChoiceField(
        label=gettext_lazy("Who opens this document?"),
        choices=[],
        coerce=lambda value: Level(int(value)),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, document: ProcessDocument, user: User, on, **kwargs):
        super().__init__(*args, **kwargs)
        now, may = Level(document.level), permissions.can_set_level
        known = services.levels_for(document)
        levels = [one for one in known if one == now or may(user, document.process, now, one, on=on)]
        self.fields["level"].choices = [(one.value, one.label) for one in levels]
        self.fields["level"].initial = now.value
