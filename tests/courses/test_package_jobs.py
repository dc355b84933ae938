"""Large packages are taken in by the background: once, by the rules of a request, and without leaving a file behind."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy import services as platform
from academy.enums import JobState, Role
from academy.models import Job, Membership
from courses import package_jobs
from courses.h5p import builder
from courses.h5p import services as h5p
from courses.h5p.models import Content
from courses.h5p.storage import files_under, h5p_storage
from tests.courses.test_wagtail_hooks import person

pytestmark = pytest.mark.usefixtures("site")


class Cut(Exception):
    """The process dies here."""


@pytest.fixture
def trainer(db):
    h5p.install_own_libraries(at=None)
    return person(Role.TRAINER)


@pytest.fixture(autouse=True)
def nothing_held(db):
    """Other tests leave packages that nobody confirmed."""
    for name in held():
        h5p.release_package(name=name)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """So that a small package counts as a large one."""
    monkeypatch.setattr(package_jobs, "AT_ONCE", 10)


def package(broken: bool = False) -> io.BytesIO:
    data = builder.build_package(builder.DEMO_CONTENTS / "zugang-grundlagen-quiz")
    file = io.BytesIO(data[:-200] if broken else data)
    file.name = "quiz.h5p"
    return file


def started(trainer, now, **given) -> Job:
    file = package(**given)
    return package_jobs.start_import(file=file, size=len(file.getvalue()), actor=trainer, at=now)


def held() -> list[str]:
    return files_under(h5p_storage(), "uploads/packages")


def test_start_import_leaves_a_small_package_to_the_request(trainer, now):
    assert package_jobs.start_import(file=package(), size=10, actor=trainer, at=now) is None
    assert held() == []


def test_import_in_background_makes_the_exercise_and_lets_go_of_the_file(trainer, now):
    job = started(trainer, now)
    assert len(held()) == 1

    assert platform.run_job(pk=job.pk, clock=lambda: now)

    content = Content.objects.get()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 1, 1)
    assert job.words == f"Die Übung «{content.title}» ist da."
    assert job.result_path == reverse("exercises:inspect", args=[content.pk])
    assert content.uploaded_by_key == str(trainer.pseudonym)
    assert [entry.user for entry in ModelLogEntry.objects.filter(action="wagtail.create")] == [trainer]
    assert held() == []


def test_import_in_background_makes_one_exercise_though_it_is_cut_off(trainer, now, monkeypatch):
    job = started(trainer, now)

    def die(**_given):
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(package_jobs, "advance_job", die)
        with pytest.raises(Cut):
            platform.run_job(pk=job.pk, clock=lambda: now)
    assert Content.objects.count() == 1

    assert platform.run_job(pk=job.pk, clock=lambda: now + timedelta(hours=1))

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Content.objects.count() == ModelLogEntry.objects.filter(action="wagtail.create").count() == 1


def test_import_in_background_says_why_a_package_is_refused(trainer, now):
    job = started(trainer, now, broken=True)

    platform.run_job(pk=job.pk, clock=lambda: now)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    with pytest.raises(h5p.PackageRefused) as refusal:
        h5p.planned_libraries(file=package(broken=True))
    assert job.words == str(refusal.value.errors[0])
    assert not Content.objects.exists()
    assert held() == []


def test_import_in_background_asks_again_whether_its_owner_may(trainer, now):
    job = started(trainer, now)
    Membership.objects.filter(user=trainer).delete()
    trainer.groups.clear()

    platform.run_job(pk=job.pk, clock=lambda: now)

    job.refresh_from_db()
    assert (job.state, job.words) == (JobState.FAILED, "Sie dürfen keine Übungen mehr hochladen.")
    assert not Content.objects.exists()


def test_import_in_background_says_that_the_file_is_gone(trainer, now):
    job = started(trainer, now)
    h5p.release_package(name=job.data["file"])

    platform.run_job(pk=job.pk, clock=lambda: now)

    job.refresh_from_db()
    assert (job.state, job.words) == (
        JobState.FAILED,
        "Das Paket ist nicht mehr da. Bitte laden Sie es noch einmal hoch.",
    )


def test_upload_leads_to_the_job_which_shows_where_the_exercise_is(client, trainer, django_capture_on_commit_callbacks):
    client.force_login(trainer)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("exercises:add"), {"package": package()})

    assert response.url == Job.objects.get().get_absolute_url()
    page = client.get(response.url).content.decode()
    assert reverse("exercises:inspect", args=[Content.objects.get().pk]) in page


def test_job_of_somebody_else_does_not_exist(client, trainer, now):
    job = started(trainer, now)
    client.force_login(person(Role.TRAINER))

    assert client.get(job.get_absolute_url()).status_code == 404
