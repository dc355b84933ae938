"""What visitors ask of the catalogue, and what staff tells about courses and exercises."""

import html

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.blocks.base import BlockField, BlockWidget

from academy.common.languages import language_choices, language_name
from academy.enums import ServiceField

from . import selectors
from .enums import ApprovalPolicy, CourseFormat, CourseType
from .h5p import services as h5p
from .h5p.library import find as find_library
from .h5p.manifest import load_json
from .h5p.models import Content
from .h5p.semantics import METADATA_KEYS
from .h5p_forms import FileRefused, Tree
from .h5p_forms.files import licence_choices
from .models import EMPOWERMENT_NEEDS_NO_APPROVAL, Course

ANY = ("", _("all"))


class OneBox(forms.CheckboxInput):
    """A checkbox whose value in the address is 1."""

    def format_value(self, value):
        return "1"


class CatalogueForm(forms.Form):
    """Search and filters of the catalogue. They stand in the address; nonsense in it is ignored without an error."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.SearchInput)
    thema = forms.ChoiceField(label=_("Topic"), required=False)
    format = forms.ChoiceField(label=_("Format"), required=False)
    zielgruppe = forms.ChoiceField(label=_("Target group"), required=False)
    sprache = forms.ChoiceField(label=_("Course language"), required=False)
    frei = forms.BooleanField(label=_("Only with free places"), required=False, widget=OneBox)

    def __init__(self, query):
        super().__init__()
        self.fields["thema"].choices = [ANY, *ServiceField.choices]
        self.fields["format"].choices = [ANY, *CourseFormat.choices]
        self.fields["zielgruppe"].choices = [ANY, *selectors.target_groups()]
        languages = [(code, language_name(code)) for code in selectors.words()["languages"]]
        self.fields["sprache"].choices = [ANY, *languages]
        self.initial = self.accepted = self._accept(query)

    def _accept(self, query) -> dict[str, str]:
        """The values of the address that mean something."""
        text = query.get("q", "").replace("\x00", "").strip()[:100]
        accepted = {"q": text} if text else {}
        for name in ("thema", "format", "zielgruppe", "sprache"):
            value = query.get(name, "")
            if value and value in dict(self.fields[name].choices):
                accepted[name] = value
        if query.get("frei") == "1":
            accepted["frei"] = "1"
        return accepted

    @property
    def filters(self) -> selectors.Filters:
        values = self.accepted
        return selectors.Filters(
            q=values.get("q", ""),
            topic=values.get("thema", ""),
            format=values.get("format", ""),
            audience=values.get("zielgruppe", ""),
            language=values.get("sprache", ""),
            only_free="frei" in values,
        )

    def labels(self) -> dict[str, str]:
        """What each chosen filter is called, in words."""
        named = {}
        for name, value in self.accepted.items():
            field = self.fields[name]
            word = {"q": f"«{value}»"}.get(name) or dict(getattr(field, "choices", ())).get(value, "")
            named[name] = f"{field.label}: {word}" if word else str(field.label)
        return named


# --- Staff ---------------------------------------------------------------------------------------------------------
class CourseForm(WagtailAdminModelForm):
    """The facts of a course that hold in every language."""

    class Meta:
        model = Course
        fields = [
            "slug",
            "type",
            "format",
            "field",
            "ue",
            "language",
            "capacity_min",
            "capacity_max",
            "approval",
            "approval_title_de",
            "approval_title_en",
            "is_list_protected",
            "target_groups",
            "access",
            "prerequisites",
        ]
        boxes = ("target_groups", "access", "prerequisites")
        widgets = dict.fromkeys(boxes, forms.CheckboxSelectMultiple)
        help_texts = {"slug": _("A short word for lists and addresses, such as clear-letters. It stays as it is.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = language_choices(self.instance.language)
        self.fields["language"] = forms.ChoiceField(label=_("Course language"), choices=choices)
        self.fields["slug"].disabled = self.instance.pk is not None
        others = Course.objects.exclude(pk=self.instance.pk).prefetch_related("pages")
        self.fields["prerequisites"].queryset = others
        self.fields["prerequisites"].label_from_instance = lambda course: course.title("de")

    def clean(self):
        """An empowerment space has a neutral title, and none of its runs asks for approval (DOMAIN.md 0.5)."""
        given = super().clean()
        if given.get("type") == CourseType.EMPOWERMENT:
            if given.get("approval") != ApprovalPolicy.NONE:
                self.add_error("approval", EMPOWERMENT_NEEDS_NO_APPROVAL)
            if not given.get("approval_title_de"):
                self.add_error("approval_title_de", _("An empowerment space needs a neutral title."))
            if self.instance.pk and selectors.runs_asking_for_approval(self.instance).exists():
                self.add_error("type", _("A run of this course asks for approval. Please change the run first."))
        circle = selectors.first_in_a_circle(self.instance, given.get("prerequisites") or ())
        if circle is not None:
            sentence = _("«%(title)s» builds on this course itself. Please choose another one.")
            self.add_error("prerequisites", sentence % {"title": circle.title("de")})
        return given


class ExerciseForm(forms.Form):
    """A package with an interactive exercise. The view hands it to the H5P app, which says what it refuses."""

    package = forms.FileField(
        label=_("H5P package"),
        help_text=_("A file that ends in .h5p, made with any H5P editor. Its content type must be installed here."),
        widget=forms.FileInput({"accept": ".h5p"}),
    )

    def refuse(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.add_error("package", sentence)


class LibrariesForm(ExerciseForm):
    """A package whose libraries are to be installed; it may hold a content or none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["package"].help_text = _(
            "A file that ends in .h5p. Its libraries are checked and installed; its content is not stored."
        )


class ParamsWidget(BlockWidget):
    """Wagtail's widget of blocks; a form that did not arrive completely is a sentence, never an error page."""

    def value_from_datadict(self, data, files, name):
        try:
            return super().value_from_datadict(data, files, name)
        except (KeyError, ValueError, RecursionError):
            return None

    def render_with_errors(self, name, value, attrs=None, errors=None, renderer=None):
        value = self.block_def.get_default() if value is None else value
        return super().render_with_errors(name, value, attrs=attrs, errors=errors, renderer=renderer)


class ParamsField(BlockField):
    def __init__(self, tree: Tree):
        super().__init__(block=tree.block, label=_("Content"), widget=ParamsWidget(tree.block))

    def clean(self, value):
        if value is None:
            raise forms.ValidationError(_("The form did not arrive completely. Please load the page again."))
        return super().clean(value)


class ExerciseContentForm(forms.Form):
    """An exercise as it is written in the browser. `params`, `new_files` and `metadata` are what is saved of it."""

    title = forms.CharField(label=_("Title"), max_length=255, help_text=_("Shown to learners above the exercise."))
    licence = forms.ChoiceField(label=_("Licence"), required=False)
    author = forms.CharField(label=_("Author"), required=False, max_length=255)
    note = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("For colleagues: what the exercise is about and where it fits. Learners do not see it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Media:
        css = {"all": ["courses/css/exercise-editor.css"]}

    def __init__(self, data=None, *, tree: Tree, content: Content | None):
        self.tree, self.content = tree, content
        self.known = dict(content.metadata) if content else {}
        licence = content.licence if content else "U"
        initial = {"params": tree.initial(), "licence": licence, "author": self._author(), "note": self._note()}
        if content:
            initial |= {"title": content.title, "seen": h5p.fingerprint(content)}
        super().__init__(data, initial=initial)
        self.fields["licence"].choices = licence_choices(licence)
        self.fields["params"] = ParamsField(tree)
        self.fields["author"].disabled = len(self.known.get("authors") or []) > 1
        self.params: dict = {}

    def clean(self):
        given = super().clean()
        if "params" in given:
            try:
                self.params = self.tree.params(given["params"])
            except FileRefused as refusal:
                self.add_error("params", str(refusal))
        return given

    @property
    def new_files(self):
        return self.tree.new_files

    def title_of_copy(self) -> str:
        title = self.cleaned_data["title"]
        return _("%(title)s (copy)") % {"title": title[:240]} if title == self.content.title else title

    def metadata(self) -> dict:
        """What h5p.json says besides title and language; what this form does not show stays as it is."""
        given, known = self.cleaned_data, dict(self.known)
        if given["author"] != self._author():
            known["authors"] = [{"name": given["author"], "role": "Author"}] if given["author"] else []
        if given["note"] != self._note():
            known["authorComments"] = given["note"]
        if "license" in known or given["licence"] != "U":
            known["license"] = given["licence"]
        if given["licence"].startswith("CC BY") and not known.get("licenseVersion"):
            known["licenseVersion"] = "4.0"
        return known

    def _author(self) -> str:
        authors = self.known.get("authors")
        names = [str(author.get("name", "")) for author in authors or [] if isinstance(author, dict)]
        return ", ".join(names)

    def _note(self) -> str:
        return str(self.known.get("authorComments") or "")


class OfficialEditorForm(forms.Form):
    """What the official H5P editor hands over; `library`, `params`, `metadata`, `title`, `licence` of it are saved.

    The fields are hidden: the page asks the editor in its frame for them. `session` names the uploads, `seen` the state
    of the exercise that the editor opened.
    """

    MOST = 2_000_000  # characters of parameters; what a form may send at all is a little more

    library = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    params = forms.CharField(required=False, strip=False, max_length=MOST, widget=forms.HiddenInput)
    session = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        given = super().clean()
        written = _json_object(given.get("params", ""))
        params, metadata = written.get("params"), written.get("metadata")
        if not isinstance(params, dict) or not isinstance(metadata, dict):
            raise forms.ValidationError(_("The editor handed over no exercise. Please choose a content type first."))
        given["params"] = params
        given["metadata"] = {key: _plain(value) for key, value in metadata.items() if key in METADATA_KEYS}
        title = given["metadata"].pop("title", "")
        given["title"] = title.strip() if isinstance(title, str) else ""
        if not given["title"]:
            raise forms.ValidationError(_("Please give the exercise a title in the editor."))
        licence = given["metadata"].get("license")
        given["licence"] = licence[:40] if isinstance(licence, str) and licence else "U"
        given["library"] = find_library(given.get("library", ""))
        if given["library"] is None:
            raise forms.ValidationError(_("The content type of this exercise is not installed here."))
        return given


def _json_object(text: str) -> dict:
    try:
        value = load_json(text.encode())
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _plain(value):
    """Metadata without the escapes with which the editor keeps every text."""
    if isinstance(value, str):
        return html.unescape(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


class CourseSearchForm(BaseFilterForm):
    """Finds courses in the chooser by short name or title."""

    q = forms.CharField(label=_("Search"), required=False)

    def filter(self, objects):
        text = self.cleaned_data.get("q", "").strip()
        if not text:
            return objects
        self.is_searching, self.search_query = True, text
        return objects.filter(Q(slug__icontains=text) | Q(pages__title__icontains=text)).distinct()
