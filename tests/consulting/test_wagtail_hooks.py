"""The programme lead's screen of templates."""

import pytest
from django.urls import reverse

from academy.enums import Role
from academy.services import sync_rights
from consulting.models import ProcessTemplate
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.consulting import ProcessFactory, ProcessTemplateFactory

pytestmark = pytest.mark.django_db
CHECK = {"phases-0-exit_check_de": "Vereinbarung datiert"}


def account(role: Role, now):
    person = UserFactory()
    MembershipFactory(user=person, role=role)
    sync_rights(user=person, on=now.date())
    return person


def given(*keys: str, **fields) -> dict:
    """What the screen sends: the template and its phases in order, none stored before."""
    data = {
        "title_de": "Kurz und gut",
        "title_en": "Short",
        "is_offered": "on",
        "phases-TOTAL_FORMS": len(keys),
        "phases-INITIAL_FORMS": 0,
        "phases-MIN_NUM_FORMS": 1,
        "phases-MAX_NUM_FORMS": 1000,
        "milestones-TOTAL_FORMS": 0,
        "milestones-INITIAL_FORMS": 0,
        "milestones-MIN_NUM_FORMS": 0,
        "milestones-MAX_NUM_FORMS": 1000,
        **fields,
    }
    for number, key in enumerate(keys):
        data |= {f"phases-{number}-key": key, f"phases-{number}-title_de": key, f"phases-{number}-ORDER": number + 1}
    return data


@pytest.mark.parametrize("role", [Role.PROGRAMME_LEAD, Role.TECHNICAL_ADMIN])
def test_keepers_publish_a_template_with_exit_checks(role, site, client, now):
    client.force_login(account(role, now))

    answer = client.post(reverse("process_templates:add"), given("clarify", "analyse", "evaluate", **CHECK))

    assert answer.status_code == 302
    template = ProcessTemplate.objects.get(slug="kurz-und-gut")
    assert template.phases.get(key="clarify").exit_check_de == "Vereinbarung datiert"
    assert [phase.key for phase in template.phases.all()] == ["clarify", "analyse", "evaluate"]


def test_programme_lead_is_told_why_phases_make_no_order(site, client, now):
    client.force_login(account(Role.PROGRAMME_LEAD, now))

    answer = client.post(reverse("process_templates:add"), given("analyse", "clarify"))

    assert answer.status_code == 200
    assert len(answer.context["form"].non_field_errors()) == 1
    assert not ProcessTemplate.objects.filter(slug="kurz-und-gut").exists()


def test_programme_lead_makes_a_new_version_of_a_template_in_use(site, client, now):
    process = ProcessFactory(template=ProcessTemplateFactory(phases=["clarify"]))
    phase = process.template.phases.get()
    client.force_login(account(Role.PROGRAMME_LEAD, now))
    fields = {"phases-INITIAL_FORMS": 1, "phases-0-id": phase.pk, "title_de": "Neuer Name"}

    answer = client.post(
        reverse("process_templates:edit", args=[process.template.pk]), given("clarify", "analyse", **fields)
    )

    assert answer.status_code == 302
    old, new = ProcessTemplate.objects.filter(slug=process.template.slug).order_by("version")
    assert (old.title_de, old.phases.count(), old.is_offered) == ("Standardablauf", 1, False)
    assert (new.title_de, new.version, new.phases.count()) == ("Neuer Name", 2, 2)


def test_facilitators_look_at_templates_and_change_none(site, client, now):
    template = ProcessTemplate.objects.get(slug="kompakt-vier")
    client.force_login(account(Role.FACILITATOR, now))

    assert client.get(reverse("process_templates:index")).status_code == 200
    assert client.get(reverse("process_templates:inspect", args=[template.pk])).status_code == 200
    assert client.get(reverse("process_templates:edit", args=[template.pk])).status_code == 302
    assert client.get(reverse("process_templates:add")).status_code == 302


def test_trainers_do_not_see_templates(site, client, now):
    client.force_login(account(Role.TRAINER, now))

    assert client.get(reverse("process_templates:index")).status_code == 302


def test_edit_screen_of_a_template_opens(site, client, now):
    client.force_login(account(Role.PROGRAMME_LEAD, now))
    template = ProcessTemplate.objects.get(slug="standard-sieben")

    assert client.get(reverse("process_templates:edit", args=[template.pk])).status_code == 200
