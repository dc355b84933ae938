"""The settings about funding reach everything that is shown, sent or printed."""

import re
from datetime import UTC, datetime

import pytest
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from academy import services
from academy.common import funding
from academy.enums import Role
from academy.models import OutgoingMail
from academy.services import Message
from home.models import FundingSettings
from tests.factories.academy import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def change(**values) -> FundingSettings:
    row = FundingSettings.load()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def test_environment_counts_until_the_settings_exist(settings):
    assert funding.funding("de").land_funder == settings.LAND_FUNDER["de"]


def test_setting_up_a_site_begins_with_the_environment_and_keeps_what_was_changed(site, settings):
    assert FundingSettings.objects.get().co_funder_en == settings.LAND_FUNDER["en"]
    change(co_funder_de="Senatsverwaltung für Anderes")

    from home.setup import ensure_site

    ensure_site()

    assert funding.funding("de").land_funder == "Senatsverwaltung für Anderes"


def test_changed_settings_stand_on_pages_and_in_mails_at_once(site, client):
    client.get("/de/")
    change(statement="funded", co_funder_de="Senatsverwaltung für Anderes")

    page = client.get("/de/").content.decode()
    services.write_mail(key="a", to=UserFactory(), build=lambda: Message("Betreff", ["Text"]), at=AT)

    letter = OutgoingMail.objects.get()
    for text in (page, letter.html, letter.text):
        assert "Finanziert von der Europäischen Union" in text
        assert "Kofinanziert von" not in text
        assert "Senatsverwaltung für Anderes" in text


def test_empty_co_funder_is_named_nowhere(site, client):
    change(co_funder_de="", co_funder_en="")

    assert "funding__land" not in client.get("/de/").content.decode()


def test_logo_of_the_co_funder_stands_beside_its_name_until_the_picture_is_deleted(site, client):
    image = get_image_model().objects.create(title="Logo", file=get_test_image_file(size=(640, 480)))
    change(co_funder_logo=image)

    html = client.get("/de/").content.decode()
    assert re.search(r'<img class="funding__logo" src="/media/images/test[^"]*max-324x216', html)

    image.delete()

    assert "funding__logo" not in client.get("/de/").content.decode()


def test_funding_costs_no_query_once_it_is_known(site, django_assert_num_queries):
    funding.funding("de")

    with django_assert_num_queries(0):
        funding.funding("en")


@pytest.mark.parametrize(("role", "status"), [(Role.EDITOR, 200), (Role.PROGRAMME_LEAD, 200), (Role.TRAINER, 302)])
def test_editors_and_the_programme_lead_change_the_settings(site, client, role, status):
    person = UserFactory()
    services.grant_membership(
        user=person, role=role, organisation=MembershipFactory().organisation, starts_on=AT.date(), actor=None, at=AT
    )
    client.force_login(person)
    row = FundingSettings.objects.get()

    assert client.get(f"/cms/settings/home/fundingsettings/{row.pk}/").status_code == status
