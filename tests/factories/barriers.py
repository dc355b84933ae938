"""Barriers, evidence and measures that stand in a given state without the services having run."""

from datetime import date

import factory

from academy.common.confidentiality import Level
from academy.enums import Vocabulary
from academy.models import Term
from consulting.enums import CONFIRMED_BARRIERS, BarrierState, EvidenceKind, EvidenceOrigin, MeasureState
from consulting.models import Barrier, Evidence, JourneyMap, Measure, Touchpoint

from .consulting import ProcessFactory

FOUND = date(2026, 9, 15)


def term(vocabulary: str, key: str) -> Term:
    return Term.objects.get_or_create(vocabulary=vocabulary, key=key, defaults={"label": key})[0]


class TouchpointFactory(factory.django.DjangoModelFactory):
    """A step of a map; `process=…` says whose."""

    class Meta:
        model = Touchpoint
        exclude = ["process"]

    process = factory.SubFactory(ProcessFactory, focus="analyse")
    journey = factory.LazyAttribute(
        lambda o: JourneyMap.objects.get_or_create(process=o.process, defaults={"service_de": "Wohnung anmelden"})[0]
    )
    position = factory.LazyAttribute(lambda o: o.journey.touchpoints.count() + 1)
    kind = factory.LazyFunction(lambda: term(Vocabulary.TOUCHPOINTS, "arrival"))
    text = "Am Infotresen melden"


class BarrierFactory(factory.django.DjangoModelFactory):
    """A barrier for the group; from «confirmed» on with the day."""

    class Meta:
        model = Barrier
        skip_postgeneration_save = True

    process = factory.SubFactory(ProcessFactory, focus="analyse", ready=True)
    slug = factory.Sequence(lambda n: f"barriere-{n}")
    title = factory.Sequence(lambda n: f"Terminbuchung nur auf Deutsch {n}")
    description = "Ohne Deutschkenntnisse ist Buchen kaum möglich."
    reach = 3
    consequence = 4
    state = BarrierState.SUSPECTED
    confirmed_on = factory.LazyAttribute(lambda o: FOUND if o.state in CONFIRMED_BARRIERS else None)
    changed_on = FOUND
    level = Level.GROUP

    @factory.post_generation
    def parts(self, create, extracted, **kwargs):
        self.touchpoints.set([TouchpointFactory(process=self.process)])
        self.kinds.set([term(Vocabulary.BARRIER_KINDS, "process")])
        self.dimensions.set([term(Vocabulary.DIMENSIONS, "language")])


class EvidenceFactory(factory.django.DjangoModelFactory):
    """Evidence of facilitation; `organisation=…` makes it that of an MSO."""

    class Meta:
        model = Evidence

    barrier = factory.SubFactory(BarrierFactory)
    kind = EvidenceKind.DOCUMENT
    found_on = FOUND
    summary = factory.Sequence(lambda n: f"Hinweistexte geprüft {n}")
    organisation = None
    origin = factory.LazyAttribute(lambda o: EvidenceOrigin.MSO if o.organisation else EvidenceOrigin.OPERATOR)


class MeasureFactory(factory.django.DjangoModelFactory):
    """A decided measure with owner, day and criterion, for one barrier of its process."""

    class Meta:
        model = Measure
        skip_postgeneration_save = True

    process = factory.SubFactory(ProcessFactory, focus="implement", ready=True)
    slug = factory.Sequence(lambda n: f"massnahme-{n}")
    title = factory.Sequence(lambda n: f"Terminhilfe am Telefon {n}")
    owner = "Teamkoordination Infotresen"
    criterion = "Mindestens 30 vermittelte Termine im Monat"
    due_on = date(2026, 12, 1)
    state = MeasureState.DECIDED
    decided_on = FOUND

    @factory.post_generation
    def barriers(self, create, extracted, **kwargs):
        if extracted is None:
            extracted = [BarrierFactory(process=self.process, state=BarrierState.IN_PROGRESS)]
        Measure.objects.get(pk=self.pk).barriers.set(extracted)
