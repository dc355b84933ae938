"""Processes that stand in a given state without the services having run."""

from datetime import date

import factory

from academy.enums import Role
from academy.models import User
from consulting.enums import PhaseKey, PhaseState, ProcessRole, ProcessState
from consulting.models import Milestone, Phase, Process, ProcessMember, ProcessTemplate, TemplatePhase

from .academy import MembershipFactory, UnitFactory, UserFactory

START = date(2026, 9, 1)
TITLES = {
    "clarify": "Auftragsklärung",
    "analyse": "Bestandsaufnahme",
    "goals": "Zielentwicklung",
    "plan": "Maßnahmenplanung",
    "implement": "Umsetzung",
    "evaluate": "Evaluation",
    "sustain": "Verstetigung",
}


class ProcessTemplateFactory(factory.django.DjangoModelFactory):
    """A template with the seven phases, or with those of `phases=[…]`."""

    class Meta:
        model = ProcessTemplate
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"vorlage-{n}")
    title = "Standardablauf"

    @factory.post_generation
    def phases(self, create, extracted, **kwargs):
        for position, key in enumerate(extracted or PhaseKey.values):
            TemplatePhase.objects.create(template=self, key=key, title=TITLES[key], position=position)


class ProcessFactory(factory.django.DjangoModelFactory):
    """A process in clarification; `focus="analyse"` makes it active with that phase, all before it reached.

    `ready=True` names everybody and dates the agreement, as leaving clarification asks.
    """

    class Meta:
        model = Process
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"prozess-{n}")
    unit = factory.SubFactory(UnitFactory)
    template = factory.SubFactory(ProcessTemplateFactory)
    title = factory.Sequence(lambda n: f"Termine ohne Umwege {n}")
    goal = "Wer zum ersten Mal kommt, findet einen Termin."
    state = factory.LazyAttribute(
        lambda o: ProcessState.CLARIFICATION if o.focus == PhaseKey.CLARIFY else ProcessState.ACTIVE
    )
    starts_on = START
    budget_days = 12
    focus = PhaseKey.CLARIFY  # taken out before the row is made

    @classmethod
    def _create(cls, model_class, *args, focus, **kwargs):
        process = super()._create(model_class, *args, **kwargs)
        process.wanted_focus = focus
        return process

    @factory.post_generation
    def phases(self, create, extracted, **kwargs):
        keys = [phase.key for phase in self.template.phases.order_by("position")]
        reached = keys.index(self.wanted_focus)
        for number, key in enumerate(keys):
            state = PhaseState.REACHED if number < reached else PhaseState.OPEN
            if number == reached and self.state != ProcessState.REQUEST:
                state = PhaseState.ACTIVE
            Phase.objects.create(
                process=self,
                key=key,
                title=TITLES[key],
                position=number + 1,
                state=state,
                done_on=START if state == PhaseState.REACHED else None,
            )

    @factory.post_generation
    def ready(self, create, extracted, **kwargs):
        if extracted:
            make_ready(self)


def make_ready(process: Process) -> None:
    """Date the agreement on both sides and name sponsor, facilitator and three members of the group."""
    process.agreement_unit_on = process.agreement_operator_on = START
    process.save()
    for role in (ProcessRole.SPONSOR, ProcessRole.FACILITATOR, *[ProcessRole.GROUP] * 3):
        person = person_for(process, role)
        has_public_contact = role == ProcessRole.GROUP
        ProcessMemberFactory(process=process, person=person, role=role, has_public_contact=has_public_contact)


def person_for(process: Process, role: str):
    """An account whose membership backs the function in this process."""
    person = UserFactory()
    if role == ProcessRole.FACILITATOR:
        MembershipFactory(user=person, role=Role.FACILITATOR)
    elif role == ProcessRole.MSO_PARTNER:
        MembershipFactory(user=person, role=Role.MSO)
    elif role == ProcessRole.GUEST:
        MembershipFactory(user=person, role=Role.PARTICIPANT)
    else:
        backing = Role.SPONSOR if role == ProcessRole.SPONSOR else Role.GROUP_MEMBER
        MembershipFactory(user=person, role=backing, organisation=process.unit.organisation, unit=process.unit)
    return person


class ProcessMemberFactory(factory.django.DjangoModelFactory):
    """A function whose holder has the membership behind it."""

    class Meta:
        model = ProcessMember

    process = factory.SubFactory(ProcessFactory)
    role = ProcessRole.GROUP
    person = factory.LazyAttribute(lambda o: person_for(o.process, o.role))
    starts_on = START


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    process = factory.SubFactory(ProcessFactory)
    title = factory.Sequence(lambda n: f"Wegekarte abgestimmt {n}")
    due_on = date(2026, 12, 1)


def holder(process: Process, role: ProcessRole) -> User:
    """The first person who has that function in the process."""
    return process.members.filter(role=role).first().person
