"""Rooms in Wagtail's admin: who keeps them, and the secret address of their calendar."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.enums import Role
from academy.services import sync_rights
from courses.models import Room
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import CourseRunFactory, RoomFactory

pytestmark = pytest.mark.usefixtures("site")


def sign_in(client, role):
    user = UserFactory()
    MembershipFactory(user=user, role=role)
    sync_rights(user=user, on=timezone.localdate())
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"room:{name}", args=args)


DATA = {
    "name": "Saal Spree",
    "address": "Musterstraße 1",
    "organisation": "",
    "capacity": "20",
    "features": ["step_free", "hearing_loop"],
    "transport": "",
    "notes": "",
    "is_active": "on",
}


def test_office_adds_and_changes_a_room(client):
    sign_in(client, Role.ACADEMY_OFFICE)

    assert client.post(url("add"), DATA).status_code == 302
    room = Room.objects.get()
    assert (room.label, room.feature_labels) == ("Saal Spree, Musterstraße 1", ["stufenlos", "Höranlage"])
    assert client.post(url("edit", room.pk), {**DATA, "capacity": "8"}).status_code == 302

    assert Room.objects.get().capacity == 8


def test_office_is_told_of_a_second_room_of_that_name(client):
    sign_in(client, Role.ACADEMY_OFFICE)
    RoomFactory(name="Saal Spree", address="Musterstraße 1")

    answer = client.post(url("add"), DATA)

    assert answer.status_code == 200
    assert "Einen Raum mit diesem Namen gibt es an dieser Adresse schon." in answer.content.decode()
    assert Room.objects.count() == 1


def test_room_with_dates_cannot_be_deleted(client):
    sign_in(client, Role.ACADEMY_OFFICE)
    empty, used = RoomFactory(), RoomFactory()
    CourseRunFactory().sessions.update(room=used)

    assert client.post(url("delete", empty.pk)).status_code == 302
    assert client.post(url("delete", used.pk)).status_code in (302, 403)

    assert list(Room.objects.all()) == [used]


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PROGRAMME_LEAD])
def test_others_look_at_rooms_and_change_nothing(client, role):
    sign_in(client, role)
    room = RoomFactory(name="Saal Spree")

    assert "Saal Spree" in client.get(url("index")).content.decode()
    for address in (url("add"), url("edit", room.pk), url("feed", room.pk)):
        assert client.post(address, DATA).status_code in (302, 403, 404)

    assert Room.objects.get().feed_hash is None
    assert Room.objects.count() == 1


def test_index_costs_the_same_for_one_and_three_rooms(client, django_assert_max_num_queries):
    sign_in(client, Role.ACADEMY_OFFICE)
    RoomFactory()
    client.get(url("index"))
    with django_assert_max_num_queries(100) as first:
        client.get(url("index"))
    RoomFactory.create_batch(2)

    with django_assert_max_num_queries(len(first)):
        client.get(url("index"))


def test_address_of_the_calendar_is_shown_once_and_can_be_taken_away(client):
    sign_in(client, Role.ACADEMY_OFFICE)
    room = RoomFactory()

    made = client.post(url("feed", room.pk), {"act": "renew"}).content.decode()
    secret = re.search(r"/calendar/rooms/([\w-]{43})\.ics", made).group(1)
    assert client.get(f"/calendar/rooms/{secret}.ics").status_code == 200
    assert secret not in client.get(url("feed", room.pk)).content.decode()
    assert secret not in str(Room.objects.values())

    assert client.post(url("feed", room.pk), {"act": "revoke"}).status_code == 302
    assert client.get(f"/calendar/rooms/{secret}.ics").status_code == 404
