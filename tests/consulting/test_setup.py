"""What a new site has for process facilitation."""

import pytest
from django.contrib.auth.models import Group

from consulting import services, setup
from consulting.models import ProcessTemplate

pytestmark = pytest.mark.django_db


def test_ensure_templates_places_the_two_standard_templates_once(now):
    setup.ensure_templates()
    setup.ensure_templates()

    found = {t.slug: [phase.key for phase in t.phases.all()] for t in ProcessTemplate.objects.all()}
    assert found == {
        "standard-sieben": ["clarify", "analyse", "goals", "plan", "implement", "evaluate", "sustain"],
        "kompakt-vier": ["clarify", "analyse", "implement", "evaluate"],
    }


def test_ensure_templates_places_what_a_list_of_words_would_place_again(now):
    setup.ensure_templates()
    words = {key: {"de": title["de"], "en": title["en"].lower()} for key, title in setup.PHASE_TITLES.items()}

    for slug, (title, keys) in setup.TEMPLATES.items():
        phases = [(key, words[key]) for key in keys]
        services.place_template(slug=slug, title=title, phases=phases, at=now)

    assert set(ProcessTemplate.objects.values_list("version", flat=True)) == {1}


def test_ensure_template_rights_gives_the_lead_the_templates_and_facilitators_a_look():
    setup.ensure_template_rights()

    def rights(role: str) -> set[str]:
        named = Group.objects.get(name=role).permissions.filter(content_type__app_label="consulting")
        return set(named.values_list("codename", flat=True))

    assert rights("programme_lead") == {f"{verb}_processtemplate" for verb in ("add", "change", "view")}
    assert rights("technical_admin") == rights("programme_lead")
    assert rights("facilitator") == {"view_processtemplate"}
