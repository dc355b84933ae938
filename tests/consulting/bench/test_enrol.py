"""The benchmark of enrolling: how a crowd calls, and what its figures come to. Nothing here measures time."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from consulting.bench import BenchRefused, enrol, ground
from consulting.bench.crowds import Answer, Call, Rush, p95, send
from consulting.scale.seeding import seed
from courses.models import CourseRun
from enrolment.audit_checks import broken_promises
from enrolment.models import Enrolment


def rush(*, count: int = 200, seconds: float = 1.0, status: int = 302) -> Rush:
    return Rush([Answer(status, 0.1)] * count, seconds)


def result(**changed) -> enrol.Result:
    """Everything just within its limits, but for what is changed."""
    given = {"confirmed": 20, "waiting": 180, "out_of_order": 0, "ours": rush(), "bare": rush(seconds=0.5)}
    given |= {"cpu_ms": 4.0, "bare_cpu_ms": 2.0}
    giving = {"rush": rush(count=70), "to_the_head": 20, "newcomers_placed": 0, "empty": 0, "placed": 20}
    one = enrol.Round(**given | {key: value for key, value in changed.items() if key in given})
    back = enrol.Giving(**giving | {key: value for key, value in changed.items() if key in giving})
    rest = {"reference": rush(), "full_after": {"course page": 0.2}, "steps": [302, 200], "audit": ""}
    return enrol.Result([one], [back], **rest | {key: value for key, value in changed.items() if key in rest})


def not_met(found: enrol.Result) -> list[str]:
    return [goal.what for goal in found.goals() if not goal.is_met]


def test_goals_are_met_when_everything_is_just_within_its_limit():
    assert not_met(result()) == []
    assert result().ratio == 0.5


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"confirmed": 21}, "places beyond the seats"),
        ({"placed": 21}, "places beyond the seats"),
        ({"waiting": 179}, "rounds of 1 without exactly 20 and 180"),
        ({"out_of_order": 1}, "waiting out of the order of commit"),
        ({"bare": rush(seconds=0.4)}, "attempts against a bare view that locks"),
        ({"to_the_head": 19}, "places that went past the head of the list"),
        ({"newcomers_placed": 1}, "newcomers before the list"),
        ({"empty": 1}, "seats left empty"),
        ({"full_after": {"list": 1.1}}, "seconds until the list says full"),
        ({"steps": [302, 302, 200]}, "requests from the course page to the confirmation"),
        ({"audit": "a place without a seat"}, "findings of the audit"),
    ],
)
def test_goals_name_what_goes_beyond_its_limit(changed, what):
    assert what in not_met(result(**changed))


def test_result_prints_a_table_and_an_object():
    text, data = result().text(), json.loads(json.dumps(result().as_json()))

    assert text.startswith("200 people for 20 places, 8 at a time")
    assert "NOT MET" not in text
    assert (data["ratio"], data["overbooked"], data["p95_ms"]) == (0.5, 0, 100.0)


def test_the_slowest_twentieth_does_not_count_for_p95():
    answers = [Answer(200, seconds) for seconds in [0.1] * 96 + [9.0] * 4]

    assert p95([Rush(answers, 1.0)]) == pytest.approx(0.1)


# --- The crowd -----------------------------------------------------------------------------------------------------
class Echo(BaseHTTPRequestHandler):
    """Answers each form with where it came from, and counts how many it holds at a time."""

    protocol_version = "HTTP/1.1"
    heard: list[str] = []

    def do_POST(self):
        self.heard.append(self.headers["Cookie"])
        status = 500 if "broken" in self.path else 302
        self.send_response(status)
        self.send_header("Location", self.path + self.headers["Cookie"])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def echo():
    Echo.heard.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_every_call_is_sent_once_and_answered_in_its_place(echo):
    found = send(echo, [Call(f"/{number}/", f"c{number}") for number in range(50)])

    assert [answer.leads_to for answer in found.answers] == [f"/{number}/c{number}" for number in range(50)]
    assert sorted(Echo.heard) == sorted(f"c{number}" for number in range(50))
    assert found.errors == 0
    assert found.rate > 0


def test_errors_are_counted(echo):
    assert send(echo, [Call("/broken/", "a"), Call("/well/", "b")]).errors == 1


# --- What it finds on our site -------------------------------------------------------------------------------------
@pytest.fixture
def seeded(db):
    list(seed(courses=3, learners=4, enrolments=0, at=timezone.now()))


def test_people_of_the_crowd_are_signed_in_and_can_enrol(seeded):
    found = ground.crowd(runs=2, seats=1, at=timezone.now())

    assert len(found["people"]) == 4
    assert len(found["runs"]) == 2
    for person in found["people"]:
        client = Client()
        for pair in person["cookie"].split("; "):
            name, value = pair.split("=")
            client.cookies[name] = value
        assert client.post(f"/de/runs/{found['runs'][0]}/enrol/").status_code == 302
    places = Enrolment.objects.filter(run=found["runs"][0]).order_by("pk")
    assert list(places.values_list("state", flat=True)) == ["confirmed", "waitlisted", "waitlisted", "waitlisted"]
    assert list(broken_promises()) == []


def test_the_course_of_the_last_place_has_one_place_in_all(seeded):
    last = ground.crowd(runs=1, seats=1, at=timezone.now())["last_place"]

    run = CourseRun.objects.get(pk=last["run"])
    assert run.capacity_max == 1
    assert not run.course.runs.filter(state="open").exclude(pk=run.pk).exists()


# --- The command ---------------------------------------------------------------------------------------------------
def test_cookies_are_printed_on_the_sites_of_benchmarks_only(db):
    with pytest.raises(CommandError, match="not the site of a benchmark"):
        call_command("bench_ground", "crowd")


def test_bench_enrol_needs_postgresql():
    with pytest.raises(BenchRefused, match="PostgreSQL"):
        enrol.measure(say=print, outside="")
