"""Courses, runs, sessions and seats."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory

from courses.enums import ApprovalPolicy, CourseFormat, CourseType, RunState
from courses.models import Course, CourseRun, Room, Seat, Session

FIRST_SESSION = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)  # 9:00 in Berlin


class CourseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Course
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"fortbildung-{n}")
    type = CourseType.WORKSHOP
    format = CourseFormat.IN_PERSON
    ue = Decimal(5)
    field = "citizen_services"
    approval = ApprovalPolicy.NONE


class RoomFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Room

    name = factory.Sequence(lambda n: f"Saal {n}")
    address = "Musterstraße 1, Berlin"
    capacity = 12


class CourseRunFactory(factory.django.DjangoModelFactory):
    """An open run; `seats=n` gives it n seats and that capacity, `sessions=n` so many weekly sessions of four hours."""

    class Meta:
        model = CourseRun
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"durchgang-{n}")
    course = factory.SubFactory(CourseFactory)
    state = RunState.OPEN
    place = "Tagungsraum"
    approval = factory.SelfAttribute("course.approval")
    offer_hours = 0  # a freed place is the next person's at once; tests of offers say otherwise
    unit_quota = 100

    @factory.post_generation
    def seats(self, create, extracted, **kwargs):
        if extracted is not None:
            self.capacity_max = extracted
            self.save(update_fields=["capacity_max"])
            Seat.objects.bulk_create([Seat(run=self, number=number) for number in range(1, extracted + 1)])

    @factory.post_generation
    def sessions(self, create, extracted, **kwargs):
        for week in range(1 if extracted is None else extracted):
            starts_at = FIRST_SESSION + timedelta(weeks=week)
            Session.objects.create(run=self, starts_at=starts_at, ends_at=starts_at + timedelta(hours=4), ue=Decimal(5))
