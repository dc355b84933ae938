"""What must stand wherever the platform speaks: the emblem's statement and the co-funder (DOMAIN.md 6, F1, F2, F5).

The words of the statement are those of the law (Regulation (EU) 2021/1060, Annex IX) and are never typed by anybody.
Which of the two holds, and who pays besides, is kept by a higher part, which says so with `use_facts`; until then the
values of the installation's environment count.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

CO_FUNDED, FUNDED = "co_funded", "funded"
STATEMENTS = {
    CO_FUNDED: {
        "de": "Kofinanziert von der Europäischen Union",
        "en": "Co-funded by the European Union",
        "hu": "Az Európai Unió társfinanszírozásával",
    },
    FUNDED: {
        "de": "Finanziert von der Europäischen Union",
        "en": "Funded by the European Union",
        "hu": "Az Európai Unió finanszírozásával",
    },
}


@dataclass(frozen=True)
class Logo:
    """The co-funder's logo as the browser loads it; `file` is the name of the stored file, for papers."""

    url: str
    width: int
    height: int
    file: str


@dataclass(frozen=True)
class Facts:
    """What the grant decision says: which statement holds, and the co-funder's name by language ("" for none)."""

    statement: str = CO_FUNDED
    co_funder: dict[str, str] = field(default_factory=dict)
    logo: Logo | None = None


@dataclass(frozen=True)
class Funding:
    """What is shown in one language. `land_language` is that of the co-funder's name where it has none of its own."""

    line: str
    land_funder: str
    land_language: str = ""
    logo: Logo | None = None


def facts_of_installation() -> Facts:
    """What the environment says; no database is asked."""
    return Facts(co_funder=dict(settings.LAND_FUNDER))


_facts: Callable[[], Facts] = facts_of_installation


def use_facts(source: Callable[[], Facts]) -> None:
    """From now on `source()` says what holds. Called once, by the part that keeps it."""
    global _facts
    _facts = source


def funding(language: str) -> Funding:
    """The statement and the co-funder in that language; Leichte Sprache has the German ones."""
    return _in_language(_facts(), language)


def funding_of_installation(language: str) -> Funding:
    """The same where the database must not be asked: on the page that says that something is broken."""
    return _in_language(facts_of_installation(), language)


def _in_language(facts: Facts, language: str) -> Funding:
    lines = STATEMENTS.get(facts.statement, STATEMENTS[CO_FUNDED])
    german = facts.co_funder.get("de", "")
    name = (facts.co_funder.get("en", "") if language == "en" else "") or german
    speaks_german = language in ("de", "de-simple")
    return Funding(
        line=lines.get(language, lines["de"]),
        land_funder=name,
        land_language="de" if name == german and not speaks_german else "",
        logo=facts.logo,
    )
