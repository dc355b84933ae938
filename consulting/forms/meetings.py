"""What people enter about meetings and their minutes."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consulting.enums import EntryKind, MeetingKind
from consulting.models import Meeting, MinutesEntry, ProcessMember

from .measures import FUNCTION_ONLY
from .processes import ProcessFormBase, day_field, text_area


def time_field(label) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class MemberChoice(forms.ModelMultipleChoiceField):
    """People by function; the name helps whoever ticks and is not kept in the minutes."""

    def label_from_instance(self, member: ProcessMember) -> str:
        return f"{member.get_role_display()}: {member.person}"


class PresenceForm(ProcessFormBase):
    """Who is there: functions of the process, and others in words."""

    members = MemberChoice(
        label=gettext_lazy("Who takes part"),
        queryset=ProcessMember.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The minutes show functions, no names."),
    )
    functions = forms.CharField(
        label=gettext_lazy("Other functions"),
        required=False,
        max_length=1000,
        widget=text_area(2),
        help_text=gettext_lazy("One function a line, such as «interpreter»; no names."),
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = people

    @classmethod
    def presence_of(cls, meeting: Meeting) -> dict:
        there = list(meeting.attendees.order_by("pk"))
        return {
            "members": [one.member_id for one in there if one.member_id],
            "functions": "\n".join(one.function for one in there if one.function),
        }

    def clean_functions(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["functions"].splitlines() if line.strip()]

    def clean_members(self) -> list[ProcessMember]:
        return list(self.cleaned_data["members"])


class MeetingForm(PresenceForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of meeting"), choices=MeetingKind)
    day = day_field(gettext_lazy("Date"))
    begins = time_field(gettext_lazy("Begins"))
    ends = time_field(gettext_lazy("Ends"))
    room = forms.CharField(label=gettext_lazy("Room"), max_length=200, required=False)
    online_link = forms.URLField(
        label=gettext_lazy("Online link"), max_length=500, required=False, assume_scheme="https"
    )
    agenda = forms.CharField(
        label=gettext_lazy("Agenda"),
        max_length=2000,
        required=False,
        widget=text_area(6),
        help_text=gettext_lazy("One item a line. Left empty, it is filled from the template of this kind of meeting."),
    )
    field_order = ["kind", "day", "begins", "ends", "room", "online_link", "agenda", "members", "functions"]
    rows = [("day", "begins", "ends"), ("room", "online_link")]

    @classmethod
    def initial_of(cls, meeting: Meeting) -> dict:
        begins, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        return {
            **{name: getattr(meeting, name) for name in ("kind", "room", "online_link", "agenda")},
            "day": begins.date(),
            "begins": begins.time(),
            "ends": ends.time(),
            **cls.presence_of(meeting),
        }

    def clean(self):
        cleaned = super().clean()
        day, begins, ends = (cleaned.pop(name, None) for name in ("day", "begins", "ends"))
        if day and begins and ends:
            if ends <= begins:
                self.add_error("ends", _("The meeting must end after it begins."))
            cleaned["starts_at"] = timezone.make_aware(datetime.combine(day, begins))
            cleaned["ends_at"] = timezone.make_aware(datetime.combine(day, ends))
        return cleaned


class MinutesForm(PresenceForm):
    """`version` is the one that the writer has before the eyes; the service compares it."""

    text = forms.CharField(
        label=gettext_lazy("Minutes"),
        required=False,
        max_length=20000,
        widget=text_area(18),
        help_text=gettext_lazy(
            "Functions instead of names, nothing about single cases. An empty line begins a paragraph."
        ),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    field_order = ["members", "functions", "text", "version"]

    @classmethod
    def initial_of(cls, meeting: Meeting) -> dict:
        return {"text": meeting.minutes, "version": meeting.version, **cls.presence_of(meeting)}

    def go_on_from(self, version: int) -> None:
        """Show what was typed on top of a newer version: the next saving is made knowing it."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


class EntryForm(ProcessFormBase):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=EntryKind, initial=EntryKind.DECISION, widget=forms.RadioSelect
    )
    text = forms.CharField(label=gettext_lazy("In one sentence"), max_length=300, widget=text_area(3))
    owner = forms.CharField(
        label=gettext_lazy("Who sees to it?"), max_length=120, required=False, help_text=FUNCTION_ONLY
    )
    due_on = day_field(gettext_lazy("Until when?"), required=False)
    rows = [("owner", "due_on")]

    @classmethod
    def initial_of(cls, entry: MinutesEntry) -> dict:
        return {name: getattr(entry, name) for name in cls.base_fields}


class AddendumForm(ProcessFormBase):
    text = forms.CharField(
        label=gettext_lazy("Addendum"),
        max_length=4000,
        widget=text_area(6),
        help_text=gettext_lazy("It stands below the minutes with its date and cannot be changed. No names."),
    )
