"""What a site needs of consulting: rights over templates, the two standard templates, and the lists of statements."""

from django.utils import timezone
from wagtail.models import Locale

from academy.enums import Role
from academy.setup import grant
from home.models import HomePage

from . import services
from .models import ProcessTemplate, StatementIndexPage
from .models.pages import forget_indexes

PHASE_TITLES = {
    "clarify": {"de": "Auftragsklärung", "en": "Clarification"},
    "analyse": {"de": "Bestandsaufnahme", "en": "Analysis"},
    "goals": {"de": "Zielentwicklung", "en": "Goals"},
    "plan": {"de": "Maßnahmenplanung", "en": "Planning"},
    "implement": {"de": "Umsetzung", "en": "Implementation"},
    "evaluate": {"de": "Evaluation", "en": "Evaluation"},
    "sustain": {"de": "Verstetigung", "en": "Anchoring"},
}
EXIT_CHECKS = {
    "clarify": {
        "de": "Die Vereinbarung ist von beiden Seiten datiert. "
        "Auftraggeber*in, Prozessbegleitung und Prozessgruppe sind benannt.",
        "en": "Both sides have dated the agreement. Commissioning lead, facilitation and process group are named.",
    },
    "analyse": {
        "de": "Es gibt mindestens eine Wegekarte. Die Selbsteinschätzung am Anfang ist geschlossen. "
        "Jede Barriere ist belegt.",
        "en": "There is at least one journey map. The first self-assessment is closed. Every barrier has evidence.",
    },
    "goals": {
        "de": "Jedes Ziel antwortet auf mindestens eine bestätigte Barriere.",
        "en": "Every goal answers at least one confirmed barrier.",
    },
    "plan": {
        "de": "Jede Maßnahme hat eine zuständige Funktion, eine Fälligkeit und ein Erfolgskriterium.",
        "en": "Every measure has a function in charge, a due date and a success criterion.",
    },
    "implement": {
        "de": "Der Stand der Maßnahmen ist nicht älter als sechs Wochen.",
        "en": "The state of the measures is not older than six weeks.",
    },
    "evaluate": {
        "de": "Die Selbsteinschätzung am Ende ist geschlossen. Jede umgesetzte Maßnahme ist auf ihre Wirkung geprüft.",
        "en": "The final self-assessment is closed. The effect of every implemented measure is checked.",
    },
    "sustain": {
        "de": "Offene Maßnahmen sind an eine zuständige Funktion übergeben.",
        "en": "Open measures are handed over to a function in charge.",
    },
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
STATEMENT_LISTS = [  # the German one first: the others are its translations
    {"language": "de", "title": "Stellungnahmen", "slug": "stellungnahmen"},
    {"language": "en", "title": "Statements", "slug": "statements"},
    {"language": "hu", "title": "Állásfoglalások", "slug": "allasfoglalasok"},
    {"language": "de-simple", "title": "Das fordern die Vereine", "slug": "stellungnahmen"},
]


def ensure_template_rights() -> None:
    """Programme lead and technical administration keep the templates, facilitators look at them."""
    model = "consulting.{}_processtemplate"
    for role in (Role.PROGRAMME_LEAD, Role.TECHNICAL_ADMIN, Role.FACILITATOR):
        grant(role, "wagtailadmin.access_admin", model.format("view"))
    for role in (Role.PROGRAMME_LEAD, Role.TECHNICAL_ADMIN):
        grant(role, model.format("add"), model.format("change"))


def ensure_templates() -> None:
    """Place the standard templates where there is none of that name yet; what was changed since stays as it is."""
    for slug, (title, keys) in TEMPLATES.items():
        if not ProcessTemplate.objects.filter(slug=slug).exists():
            phases = [(key, PHASE_TITLES[key]) for key in keys]
            checks = {key: EXIT_CHECKS[key] for key in keys}
            services.place_template(slug=slug, title=title, phases=phases, checks=checks, at=timezone.now())


def ensure_statement_lists() -> None:
    """Create the public lists that are missing; what editors have changed stays as it is."""
    origin = None
    for entry in STATEMENT_LISTS:
        page = _ensure_list(origin=origin, **entry)
        origin = origin or page
    forget_indexes()


def _ensure_list(*, language: str, title: str, slug: str, origin: StatementIndexPage | None) -> StatementIndexPage:
    locale = Locale.objects.get(language_code=language)
    page = StatementIndexPage.objects.filter(locale=locale).order_by("path").first()
    if page is not None:
        return page
    page = StatementIndexPage(title=title, slug=slug, locale=locale)
    if origin is not None:
        page.translation_key = origin.translation_key
    HomePage.objects.get(locale=locale).add_child(instance=page)
    page.save_revision().publish()
    return page
