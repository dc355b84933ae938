"""Places that stand in a given state without the services having run."""

from datetime import UTC, datetime, timedelta

import factory

from courses.models import Seat
from enrolment.enums import SEATED_STATES, EnrolmentState
from enrolment.models import Enrolment

from .academy import UserFactory
from .courses import CourseRunFactory

DURING_ENROLMENT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


class EnrolmentFactory(factory.django.DjangoModelFactory):
    """A confirmed place, with a seat of its own."""

    class Meta:
        model = Enrolment

    learner = factory.SubFactory(UserFactory)
    run = factory.SubFactory(CourseRunFactory)
    state = EnrolmentState.CONFIRMED
    enrolled_at = DURING_ENROLMENT
    queue_number = factory.LazyAttribute(
        lambda o: 1000 + o.learner.pk if o.state == EnrolmentState.WAITLISTED else None
    )

    @factory.lazy_attribute
    def offer_expires_at(self):
        return self.enrolled_at + timedelta(days=2) if self.state == EnrolmentState.OFFERED else None

    @factory.lazy_attribute
    def seat(self):
        if self.state not in SEATED_STATES:
            return None
        seat = Seat.objects.free().filter(run=self.run).order_by("number").first()
        seat = seat or Seat(run=self.run, number=Seat.objects.filter(run=self.run).count() + 1)
        seat.taken_at = self.enrolled_at
        seat.save()
        return seat
