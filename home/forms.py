"""What visitors look for, and what they and staff enter about the accessibility of the website. Forms never save."""

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.common.links import shareable_path
from academy.common.trap import TrapForm

from .enums import AnswerWish

LONGEST = 100


class SearchForm(forms.Form):
    """The words looked for. They stand in the address."""

    q = forms.CharField(
        label=_("What are you looking for?"),
        required=False,
        max_length=LONGEST,
        widget=forms.SearchInput,
        error_messages={"max_length": _("Please use at most 100 characters. A few words are enough.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Said in words after sending, instead of silently cutting off what is pasted.
        self.fields["q"].widget.attrs.pop("maxlength", None)


class BarrierReportForm(TrapForm):
    """One sentence is enough. Everything about the person is optional (DOMAIN.md 6, A4 and DP2)."""

    problem = forms.CharField(
        label=_("What did not work?"),
        max_length=4000,
        help_text=_(
            "What did you want to do, and what happened instead? One sentence is enough. "
            "You need not say anything about yourself or a disability."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        error_messages={"required": _("Please tell us what did not work.")},
    )
    page = forms.CharField(
        label=_("On which page?"),
        max_length=300,
        required=False,
        help_text=_("The address of the page, or what it is about. You can change it or leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=_("E-mail address for our answer"),
        max_length=254,
        required=False,
        help_text=_("Leave it empty if you need no answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Please check the address: it should look like name@example.org.")},
    )
    answer_wish = forms.ChoiceField(
        label=_("In which form do you want our answer?"),
        choices=AnswerWish,
        initial=AnswerWish.PLAIN,
        widget=forms.RadioSelect,
    )
    other_way = forms.CharField(
        label=_("How can we reach you in another way?"),
        max_length=300,
        required=False,
        help_text=_("Only if you chose another way: for example a phone number and a good time to call."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_page(self) -> str:
        page = self.cleaned_data["page"]
        return shareable_path(page) if page.startswith("/") else page

    def clean(self):
        given = super().clean()
        if given.get("answer_wish") == AnswerWish.OTHER and not given.get("other_way"):
            self.add_error("other_way", _("Please say how we can reach you, or choose an answer in writing."))
        return given


class AnswerReportForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=8000,
        help_text=_("What you change and by when, and how the person gets what they need until then."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please write an answer.")},
    )


class CloseReportForm(forms.Form):
    note = forms.CharField(
        label=_("Note on what became of it"),
        max_length=1000,
        help_text=_("For your colleagues and for the accessibility statement. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say in a few words what became of it.")},
    )
