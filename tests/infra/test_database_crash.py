"""A database that dies amid enrolments: no place and no mail is lost, none is doubled, nobody is overbooked."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings

from courses.models import CourseRun
from tests.factories.academy import UserFactory
from tests.factories.courses import CourseRunFactory

from .faults import database_server, mail_catcher, wait_for

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PEOPLE, SEATS, ENOUGH = 240, 10, 20


def process(folder, address: str, *arguments: str, mail: str = "") -> subprocess.Popen:
    """Python on that database as production connects to it, with a pool; no broker is in reach."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "academy.settings.bench",
        "DATABASE_URL": address,
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "ZUGANG_VAR": str(folder),
        **({"EMAIL_URL": mail} if mail else {}),
    }
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(started: subprocess.Popen) -> str:
    out, errors = started.communicate(timeout=180)
    assert started.returncode == 0, errors[-3000:]
    return out


def asked(server, statement: str) -> list[tuple]:
    with psycopg.connect(server.address) as connection:
        return connection.execute(statement).fetchall()


def test_a_database_that_crashes_amid_enrolments_loses_and_doubles_nothing(tmp_path):
    run = CourseRunFactory(seats=SEATS)
    CourseRun.objects.filter(pk=run.pk).update(enrolment_opens_at=None, enrolment_closes_at=None)
    run.sessions.all().delete()
    for number in range(PEOPLE):
        UserFactory(email=f"rush-{number}@example.org", preferred_language="en")
    places = "SELECT count(*) FROM enrolment_enrolment"

    with database_server() as server, mail_catcher() as catcher:
        server.fill()
        rush = process(tmp_path, server.address, "-m", "tests.infra.rush", "enrol", str(run.pk))
        assert wait_for(lambda: asked(server, places)[0][0] >= ENOUGH), rush.poll()
        server.crash_and_start()
        found = json.loads(finished(rush).splitlines()[-1])

        assert found["errors"], "it died after everything was over"
        assert sorted(found["told"]) == [
            pk for (pk,) in asked(server, "SELECT learner_id FROM enrolment_enrolment ORDER BY 1")
        ]
        states = dict(asked(server, "SELECT state, count(*) FROM enrolment_enrolment GROUP BY 1"))
        assert states == {"confirmed": SEATS, "waitlisted": PEOPLE - SEATS}
        told = asked(
            server, "SELECT count(*), count(DISTINCT person_id) FROM academy_outgoingmail WHERE state = 'queued'"
        )
        assert told == [(PEOPLE, PEOPLE)]
        finished(process(tmp_path, server.address, "manage.py", "audit"))  # it fails where a promise is broken

        finished(process(tmp_path, server.address, "-m", "tests.infra.rush", "deliver", mail=catcher.address))
        assert len(catcher.seen) == PEOPLE
        assert set(catcher.seen.values()) == {1}
