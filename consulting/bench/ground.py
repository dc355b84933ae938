"""What benchmarks find on our site: people who are signed in, runs, calendars and exercises."""

import io
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from academy.models import User
from courses.enums import RunState
from courses.h5p import builder, player, tokens
from courses.h5p import services as h5p
from courses.h5p.models import Content
from courses.models import Course, CourseRun, Session
from enrolment import services

from .cookies import cookie_of

HOURS = timedelta(hours=4)


def crowd(*, runs: int, seats: int, at: datetime) -> dict:
    """Everybody of the site, signed in, and so many open runs with so many places each; beside them a course of its
    own that has one place in all.
    """
    people = list(User.objects.filter(email__startswith="teilnehmerin-").order_by("pk"))
    planner = User.objects.filter(email__startswith="trainerin-").order_by("pk").first()
    rush, lone = Course.objects.filter(slug__startswith="scale-", pages__live=True).order_by("pk").distinct()[:2]
    made = [_open_run(rush, planner, seats=seats, weeks=8 + number, at=at) for number in range(runs)]
    for run in lone.runs.filter(state=RunState.OPEN):
        services.cancel_run(run=run, reason="Benchmark", actor=planner, at=at)
    last = _open_run(lone, planner, seats=1, weeks=8, at=at)
    return {
        "people": [{"id": person.pk, "cookie": cookie_of(person)} for person in people],
        "runs": [run.pk for run in made],
        "last_place": {"run": last.pk, "slug": lone.slug, "page": lone.page("de").reader_url},
    }


def calendars(*, lengths: list[int], at: datetime) -> dict:
    """A person for each length, with so many confirmed dates; gives the address of each one's feed."""
    people = User.objects.filter(email__startswith="teilnehmerin-").order_by("pk")
    planner = User.objects.filter(email__startswith="trainerin-").order_by("pk").first()
    course = Course.objects.filter(slug__startswith="scale-", pages__live=True).order_by("pk").first()
    feeds = {}
    for person, length in zip(people, lengths, strict=False):
        for number in range(length // 10):
            run = _open_run(course, planner, seats=5, dates=10, weeks=2 + 10 * number, at=at)
            services.enrol(learner=person, run=run, at=at)
        feeds[length] = services.renew_feed(person=person, at=at)
    return {"feeds": feeds}


def players(*, people: int, at: datetime) -> dict:
    """Every exercise of ours with the address of its player, and so many learners who report about the first one."""
    contents = [_exercise(name, at=at) for name in builder.demo_contents()]
    exercises = [
        {"name": name, "path": player.embed_url(content=content, user_key="visitor", context="bench")}
        for name, content in zip(builder.demo_contents(), contents, strict=True)
    ]
    keys = [f"learner-{number}" for number in range(people)]
    learners = [{"key": key, "path": _report_address(contents[0], key)} for key in keys]
    return {"exercises": exercises, "learners": learners, "activity": contents[0].activity_id}


def _exercise(name: str, *, at: datetime) -> Content:
    package = io.BytesIO(builder.build_package(builder.DEMO_CONTENTS / name))
    package.name = f"{name}.h5p"
    return h5p.import_package(file=package, uploaded_by_key="", may_install_libraries=True, at=at)


def _report_address(content: Content, key: str) -> str:
    token = tokens.make_player_token(content=content, user_key=key, context="bench")
    return f"{reverse('h5p:xapi')}?{urlencode({'t': token})}"


@transaction.atomic
def _open_run(course: Course, planner: User, *, seats: int, weeks: int, at: datetime, dates: int = 1) -> CourseRun:
    """A run without approval whose list moves up by itself and at once, for whoever stands first."""
    first = (at + timedelta(weeks=weeks)).replace(hour=8, minute=0, second=0, microsecond=0)
    run = CourseRun(course=course, capacity_max=seats, offer_hours=0, unit_quota=100, place="Saal")
    run.sessions = [
        Session(starts_at=first + timedelta(weeks=week), ends_at=first + timedelta(weeks=week) + HOURS, ue=5)
        for week in range(dates)
    ]
    run = services.save_run(run=run, actor=planner, at=at)
    return services.open_run(run=run, actor=planner, at=at)
