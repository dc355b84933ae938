"""Templates in versions: what was used stays as it was."""

import pytest

from academy.models import AuditEntry
from consulting import services
from consulting.audit_checks import changed_templates
from consulting.models import ProcessTemplate, TemplateMilestone, TemplatePhase
from tests.factories.consulting import ProcessFactory, ProcessTemplateFactory

pytestmark = pytest.mark.django_db


def draft(*keys: str, **fields) -> ProcessTemplate:
    template = ProcessTemplate(title_de="Kurz und gut", **fields)
    template.phases = [TemplatePhase(key=key, title_de=key, position=number) for number, key in enumerate(keys)]
    return template


def test_publish_template_saves_a_new_one_as_version_one(now):
    template = services.publish_template(template=draft("clarify", "analyse"), actor=None, at=now)

    assert (template.slug, template.version, template.is_offered) == ("kurz-und-gut", 1, True)
    assert list(template.phases.values_list("key", flat=True)) == ["clarify", "analyse"]
    assert AuditEntry.objects.get(action="template.published").object_id == str(template.pk)


def test_publish_template_leaves_a_version_as_it_is_even_if_nobody_has_used_it(now):
    template = ProcessTemplateFactory()
    template.title_de = "Neuer Name"

    saved = services.publish_template(template=template, actor=None, at=now)

    first = ProcessTemplate.objects.get(version=1)
    assert (first.title_de, first.is_offered) == ("Standardablauf", False)
    assert (saved.title_de, saved.version, saved.is_offered) == ("Neuer Name", 2, True)


def test_publish_template_makes_no_version_where_nothing_is_changed(now):
    template = services.publish_template(template=draft("clarify", "analyse"), actor=None, at=now)
    again = ProcessTemplate.objects.get()
    again.phases = list(again.phases.all())

    assert services.publish_template(template=again, actor=None, at=now).pk == template.pk
    assert ProcessTemplate.objects.count() == 1


def test_publish_template_offers_an_older_version_again_in_place_of_the_newer(now):
    first = services.publish_template(template=draft("clarify"), actor=None, at=now)
    second = services.publish_template(template=draft("clarify", "analyse", slug=first.slug), actor=None, at=now)
    old = ProcessTemplate.objects.get(pk=first.pk)
    old.is_offered = True

    services.publish_template(template=old, actor=None, at=now)

    assert list(ProcessTemplate.objects.order_by("version").values_list("version", "is_offered")) == [
        (1, True),
        (2, False),
    ]
    assert second.version == 2
    assert AuditEntry.objects.get(action="template.offered").data == {"is_offered": True}


def test_a_milestone_keeps_its_key_through_the_versions(now):
    template = draft("clarify")
    template.milestones = [TemplateMilestone(title_de="Plan", phase_key="clarify", after_weeks=1)]
    first = services.publish_template(template=template, actor=None, at=now)
    edited = ProcessTemplate.objects.get()
    milestone = edited.milestones.get()
    milestone.title_de = "Fahrplan"
    edited.milestones = [milestone]

    second = services.publish_template(template=edited, actor=None, at=now)

    assert second.version == 2
    assert second.milestones.get().key == first.milestones.get().key


def test_changed_templates_names_a_version_that_was_changed_behind_the_service(now):
    template = services.publish_template(template=draft("clarify", "analyse"), actor=None, at=now)
    assert list(changed_templates()) == []

    TemplatePhase.objects.filter(template=template, key="analyse").update(title_de="Anders")

    assert list(changed_templates()) == [f"template {template.pk} (kurz-und-gut 1): changed after it was published"]


def test_publish_template_makes_the_next_version_when_the_template_was_used(now):
    process = ProcessFactory()
    used = ProcessTemplate.objects.get()
    used.title_de = "Neuer Name"
    used.phases = [TemplatePhase(key="clarify", title_de="Klärung", position=0)]
    used.milestones = [TemplateMilestone(title_de="Erster Termin", phase_key="clarify", after_weeks=1)]

    saved = services.publish_template(template=used, actor=None, at=now)

    old = process.template
    old.refresh_from_db()
    assert (old.title_de, old.is_offered, old.phases.count()) == ("Standardablauf", False, 7)
    assert (saved.slug, saved.version, saved.is_offered) == (old.slug, 2, True)
    assert [phase.title_de for phase in saved.phases.all()] == ["Klärung"]
    assert saved.milestones.get().title_de == "Erster Termin"


@pytest.mark.parametrize(
    "keys", [[], ["analyse", "clarify"], ["clarify", "analyse", "analyse"]], ids=["none", "wrong first", "twice"]
)
def test_publish_template_refuses_phases_without_order(keys, now):
    with pytest.raises(services.TemplateRefused):
        services.publish_template(template=draft(*keys), actor=None, at=now)

    assert not ProcessTemplate.objects.exists()


def test_publish_template_refuses_a_milestone_of_a_phase_that_is_not_in_it(now):
    template = draft("clarify")
    template.milestones = [TemplateMilestone(title_de="Plan", phase_key="plan", after_weeks=1)]

    with pytest.raises(services.TemplateRefused):
        services.publish_template(template=template, actor=None, at=now)
