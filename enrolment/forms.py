"""HTTP input of places, attendance and certificates to clean values. Forms never save."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.common.uploads import ANSWERS
from academy.models import Organisation
from courses.enums import AnswerKind, ApprovalPolicy, QuestionKind
from courses.models import CourseRun, Step

from .enums import AccessKind, AttendanceState, GroupEntry, MessageAudience, TitleChoice
from .models import Attendance, Certificate, Enrolment, ExternalCourse


# --- Places ------------------------------------------------------------------------------------------------------
class EnrolForm(forms.Form):
    """What the run's approval policy asks for; nothing where none is needed."""

    approver_email = forms.EmailField(
        label=_("E-mail address of your supervisor"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Please give the e-mail address of your supervisor."),
            "invalid": _("Please check the address: it should look like name@example.org."),
        },
    )
    has_approval = forms.BooleanField(
        label=_("My supervisor has agreed that I take part."),
        error_messages={"required": _("Please confirm that your supervisor has agreed.")},
    )

    def __init__(self, data=None, *, run: CourseRun, **kwargs):
        super().__init__(data, **kwargs)
        if run.approval != ApprovalPolicy.APPROVE:
            del self.fields["approver_email"]
        if run.approval != ApprovalPolicy.INFO:
            del self.fields["has_approval"]


class WithdrawForm(forms.Form):
    """Asked only when a place is given back after the deadline of the run."""

    reason = forms.CharField(
        label=_("Why do you give the place back so late?"),
        max_length=300,
        help_text=_("The office reads it. Please write nothing about health, family or religion."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Please say in a few words why you cannot come.")},
    )


class HandOverForm(forms.Form):
    """Who takes part instead."""

    colleague_email = forms.EmailField(
        label=_("E-mail address of your colleague"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Please give the e-mail address of your colleague."),
            "invalid": _("Please check the address: it should look like name@example.org."),
        },
    )


class AccessNeedsForm(forms.Form):
    """What the person needs to take part. Everything is voluntary."""

    kinds = forms.MultipleChoiceField(
        label=_("What do you need?"), choices=AccessKind, required=False, widget=forms.CheckboxSelectMultiple
    )
    interpreting_language = forms.CharField(
        label=_("Into which language should be interpreted?"), max_length=60, required=False
    )
    instruction = forms.CharField(
        label=_("What should we do, or the trainer?"),
        max_length=500,
        required=False,
        help_text=_("The trainer reads this sentence without your name. Please say what helps, not why."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def clean(self):
        given = super().clean()
        if AccessKind.INTERPRETING in given.get("kinds", []) and not given.get("interpreting_language", "").strip():
            self.add_error("interpreting_language", _("Please say into which language should be interpreted."))
        return given


class AnswerForm(forms.Form):
    """The supervisor's answer; the reason is optional and only the applicant reads it."""

    AGREE, REFUSE = "agree", "refuse"

    answer = forms.ChoiceField(
        choices=[(AGREE, _("Agree")), (REFUSE, _("Do not agree"))],
        error_messages={"required": _("Please choose an answer.")},
    )
    reason = forms.CharField(
        label=_("Reason, if you do not agree"),
        max_length=300,
        required=False,
        help_text=_("Only the applicant reads it. Please write nothing about health, family or religion."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    @property
    def agrees(self) -> bool:
        return self.cleaned_data["answer"] == self.AGREE


class DeputyForm(forms.Form):
    """Who answers where the supervisor cannot."""

    deputy_email = forms.EmailField(
        label=_("E-mail address of the deputy"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Please give the e-mail address of the deputy."),
            "invalid": _("Please check the address: it should look like name@example.org."),
        },
    )


# --- Bookings of organisations -----------------------------------------------------------------------------------
class BookForm(forms.Form):
    """How many places, until when they may stay without a name, and what happens where there are too few."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    count = forms.IntegerField(
        label=_("Number of places"),
        min_value=1,
        error_messages={"required": _("Please say how many places you need.")},
    )
    entry = forms.ChoiceField(
        label=_("If there are not enough free places"),
        choices=GroupEntry,
        initial=GroupEntry.TOGETHER,
        widget=forms.RadioSelect,
    )
    release_on = forms.DateField(
        label=_("Release date"),
        help_text=_("Places that have no name by the end of this day go back to everybody."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data=None, *, organisations, latest: date, **kwargs):
        super().__init__(data, initial={"organisation": organisations.first(), "release_on": latest}, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.fields["release_on"].widget.attrs["max"] = latest.isoformat()
        if organisations.count() == 1:
            self.fields["organisation"].widget = forms.HiddenInput()


class ReleaseDateForm(forms.Form):
    release_on = forms.DateField(
        label=_("Release date"),
        help_text=_("Places that have no name by the end of this day go back to everybody."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AddSeatsForm(forms.Form):
    """How many more places an organisation reserves."""

    count = forms.IntegerField(
        label=_("Number of places"),
        min_value=1,
        initial=1,
        error_messages={"required": _("Please say how many places you need.")},
    )


class GiveBackForm(forms.Form):
    count = forms.IntegerField(
        label=_("Number of places"),
        min_value=1,
        error_messages={"required": _("Please say how many places you give back.")},
    )


class PersonForm(forms.Form):
    """One person, as the contact person names them."""

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Please check the address: it should look like name@example.org.")},
    )


class PeopleFileForm(forms.Form):
    file = forms.FileField(
        label=_("List as a CSV file"),
        help_text=_("With the columns first name, last name and e-mail, and nothing else."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Please choose a file."), "empty": _("This file is empty.")},
    )


# --- Attendance --------------------------------------------------------------------------------------------------
class AttendanceForm(forms.Form):
    """One choice for each place of a date, and the minutes of those who were there partly.

    Who is not ticked stays as before, unless `rest` names a state; minutes alone mean «partly».
    """

    rest = forms.ChoiceField(choices=AttendanceState, required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, places: list[Enrolment], known: Mapping[int, Attendance], length: int):
        super().__init__(data)
        self.places, self.known, self.most = places, known, length - 1
        for place in places:
            tick = known.get(place.pk)
            self.fields[self._name(place)] = forms.ChoiceField(
                label=str(place.learner),
                choices=AttendanceState,
                required=False,
                initial=tick.state if tick else "",
                widget=forms.RadioSelect,
            )
            self.fields[self._minutes(place)] = self._minutes_field(place, tick)

    def _minutes_field(self, place: Enrolment, tick: Attendance | None) -> forms.IntegerField:
        wrong = _("Please say for how many minutes: at least 1, at most %(most)d for this date.") % {"most": self.most}
        return forms.IntegerField(
            label=_("Minutes of %(name)s, if partly present") % {"name": place.learner},
            min_value=1,
            max_value=self.most,
            required=False,
            initial=tick.minutes if tick else None,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
        )

    @staticmethod
    def _name(place: Enrolment) -> str:
        return f"state_{place.pk}"

    @staticmethod
    def _minutes(place: Enrolment) -> str:
        return f"minutes_{place.pk}"

    def rows(self) -> list[tuple[Enrolment, Attendance | None, forms.BoundField, forms.BoundField]]:
        """Each place with what is known of it, its choice and its minutes."""
        return [
            (place, self.known.get(place.pk), self[self._name(place)], self[self._minutes(place)])
            for place in self.places
        ]

    def clean(self) -> dict:
        for place in self.places:
            name = self._minutes(place)
            is_empty = name in self.cleaned_data and self.cleaned_data[name] is None
            if is_empty and self._state(place) == AttendanceState.PARTLY:
                self.add_error(name, self.fields[name].error_messages["required"])
        return self.cleaned_data

    def _state(self, place: Enrolment) -> str:
        chosen = self.cleaned_data.get(self._name(place))
        if not chosen and self.cleaned_data.get(self._minutes(place)):
            return AttendanceState.PARTLY
        return chosen or self.cleaned_data.get("rest", "")

    def states(self) -> dict[int, AttendanceState]:
        """The state of each place that was ticked; with `rest`, that state for all others."""
        chosen = {place.pk: self._state(place) for place in self.places}
        return {key: AttendanceState(state) for key, state in chosen.items() if state}

    def minutes(self) -> dict[int, int]:
        given = {place.pk: self.cleaned_data[self._minutes(place)] for place in self.places}
        return {key: minutes for key, minutes in given.items() if minutes}


class SignedListForm(forms.Form):
    """The scan of a signed list. `needs_reason`: it stands beside an earlier one of a closed list."""

    file = forms.FileField(
        label=_("Scan of the signed list"),
        help_text=_("A PDF, JPEG or PNG file of at most 10 MB. Several sheets fit into one PDF."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"required": _("Please choose a file."), "empty": _("This file is empty.")},
    )
    reason = forms.CharField(
        label=_("Why do you attach another scan?"),
        max_length=300,
        help_text=_("Please write nothing about single people."),
        error_messages={"required": _("This list is closed. Please say why you attach another scan.")},
    )

    def __init__(self, data=None, files=None, *, needs_reason: bool):
        super().__init__(data, files)
        if not needs_reason:
            del self.fields["reason"]


class CheckInCodeForm(forms.Form):
    """The code of a date, typed from the screen or the sheet in the room."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("It hangs in the room or is shown on the screen, for example K7M 4PX."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Please type the code.")},
    )

    def clean_code(self) -> str:
        """Small letters, spaces and hyphens make no difference."""
        plain = re.sub(r"[\W_]+", "", self.cleaned_data["code"]).upper()
        if not plain:
            raise forms.ValidationError(self.fields["code"].error_messages["required"])
        return plain


class CheckInForm(forms.Form):
    """Where the person is; nothing to say where the date is online."""

    is_there = forms.BooleanField(error_messages={"required": _("Please confirm that you are at this place.")})

    def __init__(self, data=None, *, place: str):
        super().__init__(data)
        self.fields["is_there"].label = _("I am here: %(place)s") % {"place": place}
        if not place:
            del self.fields["is_there"]


class AddendumForm(forms.Form):
    """One correction of a closed list."""

    place = forms.TypedChoiceField(label=_("Person"), coerce=int)
    state = forms.ChoiceField(label=_("What is right"), choices=AttendanceState, widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label=_("Minutes, if partly"),
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.CharField(
        label=_("Why is the list corrected?"),
        max_length=300,
        help_text=_("It stays beside the list. Please write nothing about health, family or religion."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Please say why the list is corrected.")},
    )

    def __init__(self, data=None, *, places: list[Enrolment]):
        super().__init__(data)
        self.fields["place"].choices = [(place.pk, str(place.learner)) for place in places]


# --- Certificates ------------------------------------------------------------------------------------------------
class CertificateForm(forms.Form):
    """What a person may decide about the own certificate."""

    name = forms.CharField(
        label=_("Name on the certificate"),
        max_length=120,
        help_text=_("As you wish it to be printed."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the certificate"), choices=[("de", "Deutsch"), ("en", "English")], widget=forms.RadioSelect
    )
    title = forms.ChoiceField(
        label=_("Title of the course"),
        choices=TitleChoice,
        widget=forms.RadioSelect,
        help_text=_("The neutral title does not say what the course was about."),
    )

    def __init__(self, data=None, *, certificate: Certificate):
        facts = certificate.facts
        printed = {"name": facts["name"], "language": certificate.language, "title": facts["title_choice"]}
        super().__init__(data, initial=printed)
        if not certificate.enrolment.run.course.approval_title_de:
            del self.fields["title"]


class RevocationForm(forms.Form):
    """Why a certificate does not hold any more."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The person reads it in the mail and beside the certificate. Nobody else does."),
        error_messages={"required": _("Please say why the certificate is revoked.")},
    )


class ExternalCourseForm(forms.Form):
    """A course somewhere else, for the own record."""

    title = forms.CharField(label=_("Title of the course"), max_length=200)
    provider = forms.CharField(
        label=_("Provider"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty where the course took one day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hours = forms.DecimalField(
        label=_("Hours"), required=False, min_value=Decimal("0.1"), max_value=9999, decimal_places=1
    )
    proof = forms.FileField(
        label=_("Proof"),
        required=False,
        help_text=_("A PDF, JPEG or PNG file of at most 10 MB. Only you can open it."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"empty": _("This file is empty.")},
    )
    remove_proof = forms.BooleanField(label=_("Delete the proof so far"), required=False)

    def __init__(self, data=None, files=None, *, entry: ExternalCourse | None):
        names = ("title", "provider", "starts_on", "ends_on", "hours")
        super().__init__(data, files, initial={name: getattr(entry, name) for name in names} if entry else None)
        if not (entry and entry.proof):
            del self.fields["remove_proof"]


class WaiverForm(forms.Form):
    """Whom the office lets take part without the courses before, and why."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The address of the account."),
        error_messages={
            "required": _("Please give the address of the person."),
            "invalid": _("Please check the address: it should look like name@example.org."),
        },
    )
    note = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For example: has learnt this elsewhere. The person can read it."),
        error_messages={"required": _("Please say why: the person can read it.")},
    )


class RunMessageForm(forms.Form):
    """What somebody writes to the participants of a run; plain text."""

    audience = forms.ChoiceField(
        label=_("To whom"),
        choices=MessageAudience,
        initial=MessageAudience.CONFIRMED,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose to whom you write.")},
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=120,
        error_messages={"required": _("Please give a subject: it is what people read first.")},
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Plain text; an empty line begins a new paragraph. Please write nothing about single people."),
        error_messages={"required": _("Please write what you want to tell.")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)


# --- Anonymous feedback ------------------------------------------------------------------------------------------
class QuestionsForm(forms.Form):
    """The questions of a feedback step. None must be answered; the service asks for one at least."""

    def __init__(self, data=None, *, questions: list[dict]):
        super().__init__(data)
        self.questions = questions
        for number, question in enumerate(questions, start=1):
            self.fields[f"question_{number}"] = self._field(question)

    @staticmethod
    def _field(question: dict) -> forms.Field:
        label = question["question"]
        if question["kind"] == QuestionKind.TEXT:
            return forms.CharField(
                label=label,
                max_length=2000,
                required=False,
                help_text=_("Please write nothing that tells who you are or whom you mean."),
                widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
            )
        choices = list(enumerate(question["options"]))
        if question["kind"] == QuestionKind.SCALE:
            ends = {1: question["low"], 5: question["high"]}
            choices = [(value, f"{value}: {ends[value]}" if value in ends else str(value)) for value in range(1, 6)]
        return forms.TypedChoiceField(
            label=label,
            choices=[("", _("not stated")), *choices],
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )

    def answers(self) -> dict[str, int | str]:
        """What was answered, by the key of the question."""
        given = {
            question["key"]: self.cleaned_data[f"question_{number}"]
            for number, question in enumerate(self.questions, start=1)
        }
        return {key: value for key, value in given.items() if value not in (None, "")}


# --- Tasks -------------------------------------------------------------------------------------------------------
class TaskAnswerForm(forms.Form):
    """What a learner writes or uploads; whether it is complete is asked only when it is handed in."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "autocomplete": "off"}),
        error_messages={"max_length": _("This is too long. Please write at most 20,000 characters, or upload a file.")},
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("At most 10 MB. Possible kinds: %(kinds)s.") % {"kinds": ", ".join(ANSWERS)},
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in [*ANSWERS, "jpeg"])}),
        error_messages={"empty": _("This file is empty.")},
    )
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, files=None, *, step: Step, **kwargs):
        super().__init__(data, files, **kwargs)
        if step.answer == AnswerKind.UPLOAD:
            del self.fields["text"]
        if step.answer == AnswerKind.TEXT:
            del self.fields["file"]


class ReviewForm(forms.Form):
    """What a trainer says to an answer; which button was pressed is the verdict. «Please revise» needs words: the
    service asks for them.
    """

    ACCEPT, REVISE = "accept", "revise"

    feedback = forms.CharField(
        label=_("Your feedback"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        help_text=_("Only the learner and the trainers of this run read it. It is not sent by mail."),
    )

    def clean(self) -> dict:
        if self.data.get("verdict") not in (self.ACCEPT, self.REVISE):
            raise forms.ValidationError(_("Please choose one of the two buttons."))
        return self.cleaned_data

    @property
    def accepts(self) -> bool:
        return self.data["verdict"] == self.ACCEPT


class AnswerFilterForm(forms.Form):
    """Which answers a trainer sees. What means nothing in the address is left out."""

    run = forms.ChoiceField(label=_("Run"), required=False)
    step = forms.ChoiceField(label=_("Task"), required=False)
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, runs: list[tuple[str, str]], steps: list[tuple[str, str]], states: Collection[str]):
        super().__init__(data)
        self.fields["run"].choices = [("", _("all")), *runs]
        self.fields["step"].choices = [("", _("all")), *steps]
        known = {"run": dict(runs), "step": dict(steps), "state": dict.fromkeys(states)}
        self.accepted = {name: data[name] for name in known if data.get(name) in known[name]}
        self._words = {name: known[name][self.accepted[name]] for name in ("run", "step") if name in self.accepted}

    def labels(self) -> dict[str, str]:
        return self._words


class CodeForm(forms.Form):
    """The code of a certificate, typed from the paper."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        help_text=_("It stands at the bottom of the certificate, for example BCDF-2345-GJKM."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Please type the code from the certificate.")},
    )

    def clean_code(self) -> str:
        """Letters and digits in groups of four, as printed."""
        plain = re.sub(r"[\W_]+", "", self.cleaned_data["code"]).upper()
        if not plain:
            raise forms.ValidationError(_("Please type the code from the certificate."))
        return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))
