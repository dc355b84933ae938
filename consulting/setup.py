"""What a site needs before processes can be facilitated: rights over templates, and the two standard templates."""

from django.utils import timezone

from academy.enums import Role
from academy.setup import grant

from . import services
from .models import ProcessTemplate

PHASE_TITLES = {
    "clarify": {"de": "Auftragsklärung", "en": "Clarification"},
    "analyse": {"de": "Bestandsaufnahme", "en": "Analysis"},
    "goals": {"de": "Zielentwicklung", "en": "Goals"},
    "plan": {"de": "Maßnahmenplanung", "en": "Planning"},
    "implement": {"de": "Umsetzung", "en": "Implementation"},
    "evaluate": {"de": "Evaluation", "en": "Evaluation"},
    "sustain": {"de": "Verstetigung", "en": "Anchoring"},
}
TEMPLATES = {
    "standard-sieben": (
        {"de": "Standardablauf (sieben Phasen)", "en": "Standard flow (seven phases)"},
        list(PHASE_TITLES),
    ),
    "kompakt-vier": (
        {"de": "Kompakt (vier Phasen)", "en": "Compact (four phases)"},
        ["clarify", "analyse", "implement", "evaluate"],
    ),
}


def ensure_template_rights() -> None:
    """The programme lead keeps the templates, facilitators look at them."""
    model = "consulting.{}_processtemplate"
    for role in (Role.PROGRAMME_LEAD, Role.FACILITATOR):
        grant(role, "wagtailadmin.access_admin", model.format("view"))
    grant(Role.PROGRAMME_LEAD, model.format("add"), model.format("change"))


def ensure_templates() -> None:
    """Place the standard templates where there is none of that name yet; what was changed since stays as it is."""
    for slug, (title, keys) in TEMPLATES.items():
        if not ProcessTemplate.objects.filter(slug=slug).exists():
            phases = [(key, PHASE_TITLES[key]) for key in keys]
            services.place_template(slug=slug, title=title, phases=phases, at=timezone.now())
