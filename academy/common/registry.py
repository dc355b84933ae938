"""What apps tell the platform about themselves, so that lower parts can show higher ones without importing them.

Each app registers in its `apps.py` (`ready`): cards of the start page, personal data, sources of the search, steps of
setting up a site, kinds of long work, and invariants for `manage.py audit`. What nobody registered renders nothing
(DESIGN.md 4).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from .jobs import JobKind
from .search import SearchSource


@dataclass(frozen=True)
class Card:
    """One block of somebody's start page: rendered by `template` with `context`; lower `order` comes first."""

    key: str
    order: int
    template: str
    context: dict[str, Any]


@dataclass(frozen=True)
class PersonalData:
    """How one model holds data of people: the source of export, erasure, retention and the processing register.

    `person` is the lookup from the row to the account ("" for the account itself, None where rows carry a
    pseudonym only).
    `purpose` and `period` are sentences for the processing register (GDPR Art. 30). `erase(user, at)` removes what
    identifies the person from the rows, or is None where the rows must be kept; then `kept_because` says why.
    """

    model: type[Model]
    person: str | None
    purpose: str
    period: str
    exported: tuple[str, ...] = ()
    erase: Callable[[Any, datetime], None] | None = None
    kept_because: str = ""


@dataclass(frozen=True)
class RetentionRule:
    """One period after which data goes (DOMAIN.md 6, DP6). `apply(at=…, dry_run=…)` says how many rows went, or would;
    `reason` is the sentence that the report prints beside the number.
    """

    key: str
    reason: str
    apply: Callable[..., int]


@dataclass
class Registry:
    cards: list[Callable[..., Card | list[Card] | None]] = field(default_factory=list)
    personal_data: dict[str, PersonalData] = field(default_factory=dict)
    setup_steps: list[tuple[int, Callable[[], None]]] = field(default_factory=list)
    invariants: list[Callable[[], Iterable[str]]] = field(default_factory=list)
    search_sources: dict[str, SearchSource] = field(default_factory=dict)
    retention: dict[str, RetentionRule] = field(default_factory=dict)
    job_kinds: dict[str, JobKind] = field(default_factory=dict)

    def add_card(self, make: Callable[..., Card | list[Card] | None]) -> None:
        """`make(user=…, roles=…, at=…)` gives a Card, several, or None where it does not concern the person."""
        if make not in self.cards:
            self.cards.append(make)

    def add_personal_data(self, *entries: PersonalData) -> None:
        for entry in entries:
            self.personal_data[entry.model._meta.label] = entry

    def add_setup_step(self, order: int, step: Callable[[], None]) -> None:
        """`step()` brings a site into the state that the app needs; it may run any number of times."""
        if (order, step) not in self.setup_steps:
            self.setup_steps.append((order, step))

    def add_invariant(self, check: Callable[[], Iterable[str]]) -> None:
        """`check()` yields one sentence for each broken promise in the data."""
        if check not in self.invariants:
            self.invariants.append(check)

    def add_retention_rule(self, rule: RetentionRule) -> None:
        self.retention[rule.key] = rule

    def add_job_kind(self, kind: JobKind) -> None:
        self.job_kinds[kind.key] = kind

    def add_search_source(self, source: SearchSource) -> None:
        """One kind of public thing that the search page finds; how a source answers stands in `search.py`."""
        self.search_sources[source.key] = source

    def set_up_site(self) -> None:
        """Take every step, in order: what `manage.py setup_site` does."""
        for _order, step in sorted(self.setup_steps, key=lambda entry: entry[0]):
            step()

    def cards_for(self, *, user, roles: set[str], at: datetime) -> list[Card]:
        made = (make(user=user, roles=roles, at=at) for make in self.cards)
        lists = (cards if isinstance(cards, list) else [cards] for cards in made if cards is not None)
        return sorted((card for cards in lists for card in cards), key=lambda card: card.order)


registry = Registry()
