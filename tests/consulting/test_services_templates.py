"""Templates in versions: what was used stays as it was."""

import pytest

from academy.models import AuditEntry
from consulting import services
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


def test_publish_template_changes_an_unused_version_in_place(now):
    template = ProcessTemplateFactory()
    template.title_de = "Neuer Name"

    saved = services.publish_template(template=template, actor=None, at=now)

    assert (saved.pk, saved.version) == (template.pk, 1)
    assert ProcessTemplate.objects.get().title_de == "Neuer Name"


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
