"""The report on installed H5P libraries: who uses them, what is out of date, installing in two steps, deleting."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from academy.enums import Role
from courses.h5p import services
from courses.h5p.models import Library
from courses.h5p.reports import library_lines
from tests.courses.h5p.packages import library as library_files
from tests.courses.h5p.packages import package
from tests.courses.test_h5p_forms import content_of
from tests.courses.test_wagtail_hooks import person

pytestmark = pytest.mark.usefixtures("site")
REPORT = "library_report"


def installed(now, version, *others) -> Library:
    services.install_libraries(file=package(library_files(version=version), *others), at=now)
    major, minor, _patch = version.split(".")
    return Library.objects.get(machine_name="Test.Basic", major=major, minor=minor)


def lines_of(name: str) -> dict:
    return {line.row.version: line for line in library_lines() if line.row.machine_name == name}


@pytest.fixture
def technician(client):
    user = person(Role.TECHNICAL_ADMIN)
    client.force_login(user)
    return user


def test_report_says_what_is_out_of_date_and_who_uses_it(client, technician, now):
    old, new = installed(now, "1.0.3"), installed(now, "1.2.0")
    content = content_of(old, {}, now)

    found = lines_of("Test.Basic")

    assert (found["1.0.3"].newer, found["1.0.3"].is_outdated, found["1.0.3"].contents) == (
        new,
        True,
        [(content.pk, content.title)],
    )
    assert (found["1.2.0"].is_outdated, found["1.2.0"].is_used) == (False, False)
    text = client.get(reverse(REPORT)).text
    assert reverse("exercises:inspect", args=[content.pk]) in text
    assert reverse("library_delete", args=[new.pk]) in text
    assert reverse("library_delete", args=[old.pk]) not in text
    outdated = client.get(reverse(REPORT), {"only": "outdated"}).context["lines"]
    assert [line.row for line in outdated] == [old]


def test_report_leaves_as_a_file(client, technician, now):
    row = installed(now, "1.0.3")

    text = client.get(reverse(REPORT), {"export": "csv"}).content.decode()
    sheet = load_workbook(io.BytesIO(client.get(reverse(REPORT), {"export": "xlsx"}).content)).active

    assert "Test.Basic,1.0.3," in text
    assert row.sha256 in text
    assert sheet.max_row == Library.objects.count() + 1


def test_report_has_the_same_queries_for_one_and_for_three_libraries(client, technician, now):
    counts = []
    for versions in (["1.0.0"], ["1.1.0", "1.2.0"]):
        for version in versions:
            content_of(installed(now, version), {}, now)
        client.get(reverse(REPORT))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(REPORT))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_installing_says_first_what_it_would_do(client, technician, now):
    before = Library.objects.count()

    checked = client.post(reverse("library_upload"), {"package": package()})
    assert Library.objects.count() == before
    assert any(part.is_to_install for part in checked.context["planned"])

    response = client.post(reverse("library_install"), {"held": checked.context["held"]})

    assert response.url == reverse(REPORT)
    assert Library.objects.count() > before
    row = Library.objects.get(machine_name="Test.Basic")
    assert ModelLogEntry.objects.for_instance(row).get().user == technician
    again = client.post(reverse("library_upload"), {"package": package()})
    assert "held" not in again.context
    gone = client.post(reverse("library_install"), {"held": checked.context["held"]})
    assert gone.url == reverse("library_upload")


def test_installing_refuses_what_is_no_package_and_what_others_have_checked(client, technician, now):
    broken = io.BytesIO(b"x")
    broken.name = "x.h5p"
    assert client.post(reverse("library_upload"), {"package": broken}).context["form"].errors["package"]
    held = client.post(reverse("library_upload"), {"package": package()}).context["held"]
    client.force_login(person(Role.TECHNICAL_ADMIN))

    client.post(reverse("library_install"), {"held": held})

    assert not Library.objects.filter(machine_name="Test.Basic").exists()


def test_only_a_library_that_nothing_uses_is_deleted(client, technician, now):
    used, unused = installed(now, "1.0.0"), installed(now, "1.1.0")
    content_of(used, {}, now)

    assert client.get(reverse("library_delete", args=[unused.pk])).status_code == 200
    for row in (used, unused):
        client.post(reverse("library_delete", args=[row.pk]))

    assert list(Library.objects.filter(machine_name="Test.Basic")) == [used]
    assert [entry.action for entry in ModelLogEntry.objects.filter(user=technician)] == ["wagtail.delete"]


@pytest.mark.parametrize(
    ("role", "reads"),
    [(Role.TRAINER, True), (Role.EDITOR, True), (Role.PROGRAMME_LEAD, True), (Role.UNIT_STAFF, False)],
)
def test_others_read_at_most(client, now, role, reads):
    client.force_login(person(role))
    row = installed(now, "1.0.0")

    assert (client.get(reverse(REPORT)).status_code == 200) == reads
    assert client.get(reverse("library_upload")).status_code == 302
    assert client.post(reverse("library_install"), {"held": "x"}).status_code == 302
    assert client.post(reverse("library_delete", args=[row.pk])).status_code == 302
    assert Library.objects.filter(pk=row.pk).exists()
