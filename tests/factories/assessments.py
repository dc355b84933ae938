"""Self-assessments that stand in a given state without the services having run."""

from datetime import date

import factory

from consulting.enums import AssessmentState, AssessmentTime
from consulting.models import AssessmentSheet, Instrument, SelfAssessment

from .consulting import ProcessFactory

CONTENT = [
    {
        "slug": "leitung",
        "title": {"de": "Leitung & Steuerung", "en": "Leadership & steering"},
        "items": [
            {"slug": "l1", "de": "Zuständigkeiten sind bekannt.", "en": "Responsibilities are known."},
            {"slug": "l2", "de": "Es gibt Zeit und Geld.", "en": "There is time and money."},
        ],
    },
    {
        "slug": "sprache",
        "title": {"de": "Sprache & Kommunikation", "en": "Language & communication"},
        "items": [{"slug": "s1", "de": "Schreiben sind verständlich.", "en": "Letters are understandable."}],
    },
]


class InstrumentFactory(factory.django.DjangoModelFactory):
    """Two fields with three items: l1 and l2, s1."""

    class Meta:
        model = Instrument

    slug = factory.Sequence(lambda n: f"selbsteinschaetzung-{n}")
    version = 1
    content = factory.LazyFunction(lambda: CONTENT)


class AssessmentFactory(factory.django.DjangoModelFactory):
    """A round at the start, open unless a day of closing is given; `sheets=[{…}]` are handed in."""

    class Meta:
        model = SelfAssessment
        skip_postgeneration_save = True

    process = factory.SubFactory(ProcessFactory, focus="analyse", ready=True)
    instrument = factory.SubFactory(InstrumentFactory)
    time = AssessmentTime.START
    closed_on = None
    state = factory.LazyAttribute(lambda o: AssessmentState.CLOSED if o.closed_on else AssessmentState.OPEN)
    opened_on = date(2026, 10, 5)

    @factory.post_generation
    def sheets(self, create, extracted, **kwargs):
        for answers in extracted or []:
            AssessmentSheet.objects.create(assessment=self, answers=answers)
