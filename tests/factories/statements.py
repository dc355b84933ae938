"""Statements with signatories, recommendations and what became of them."""

from datetime import date

import factory

from academy.enums import OrganisationKind
from consulting.enums import AnswerState, ConsentState, StatementState
from consulting.models import FollowUp, Recommendation, Signatory, Statement

from .academy import OrganisationFactory

PUBLISHED_ON = date(2026, 5, 12)


class MsoFactory(OrganisationFactory):
    name = factory.Sequence(lambda n: f"Wortgarten {n} e. V.")
    kind = OrganisationKind.MSO
    is_listed = True


class StatementFactory(factory.django.DjangoModelFactory):
    """A draft; `published=True` has everybody's consent and a day. Two signatories, and recommendations by number."""

    class Meta:
        model = Statement
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(state=StatementState.PUBLISHED, published_on=PUBLISHED_ON)

    slug = factory.Sequence(lambda n: f"stellungnahme-{n}")
    title = factory.Sequence(lambda n: f"Zugang beginnt beim Termin {n}")
    summary = "Wer keinen Termin bekommt, bekommt keine Leistung."

    @factory.post_generation
    def signatories(self, create, extracted, **kwargs):
        agreed = self.state in (StatementState.RELEASED, StatementState.PUBLISHED, StatementState.SUPERSEDED)
        for position in range(2 if extracted is None else extracted):
            Signatory.objects.create(
                statement=self,
                organisation=MsoFactory(),
                consent=ConsentState.GIVEN if agreed else ConsentState.OPEN,
                decided_on=PUBLISHED_ON if agreed else None,
                position=position + 1,
            )

    @factory.post_generation
    def recommendations(self, create, extracted, **kwargs):
        for number in range(1, (1 if extracted is None else extracted) + 1):
            RecommendationFactory(statement=self, number=number)


class RecommendationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Recommendation

    statement = factory.SubFactory(StatementFactory, recommendations=0)
    slug = factory.Sequence(lambda n: f"empfehlung-{n}")
    number = factory.Sequence(lambda n: n + 1)
    addressee = factory.SubFactory(OrganisationFactory, is_listed=True)
    text = "Telefonische Terminhilfe in mehreren Sprachen einrichten."
    expected_on = date(2026, 9, 25)


class FollowUpFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FollowUp

    recommendation = factory.SubFactory(RecommendationFactory)
    checked_on = date(2026, 10, 1)
    authority = AnswerState.PROMISED
    mso = AnswerState.OPEN
    at = factory.LazyAttribute(lambda o: f"{o.checked_on}T10:00:00Z")
