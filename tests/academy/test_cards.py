"""The way from the start page into the editing area."""

import pytest
from django.urls import reverse

from academy.cards import editing_card
from academy.enums import Role
from academy.models import User
from tests.factories.academy import MembershipFactory

WITH_ADMIN = {"technical_admin", "programme_lead", "academy_office", "trainer", "editor"}


@pytest.mark.parametrize("role", Role.values)
def test_editing_card_is_shown_to_those_who_may_work_in_the_admin(role, now):
    card = editing_card(user=User(), roles={role}, at=now)

    assert (card is not None) == (role in WITH_ADMIN)


def test_my_start_leads_a_trainer_into_the_admin_and_others_not(site, client):
    for role, shown in ((Role.TRAINER, True), (Role.UNIT_STAFF, False)):
        client.force_login(MembershipFactory(role=role).user)
        assert (f'href="{reverse("wagtailadmin_home")}"' in client.get("/de/my/").content.decode()) == shown
