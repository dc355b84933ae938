"""What a benchmark found: rows of figures and goals, as tables and as one JSON object."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """One limit of PERFORMANCE.md against what was measured: the most that may be, or with `at_least` the least."""

    key: str
    what: str
    measured: float
    limit: float
    digits: int = 0
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        measured, limit = round(self.measured, 6), round(self.limit, 6)
        return measured >= limit if self.at_least else measured <= limit

    def row(self) -> list[str]:
        verdict = "met" if self.is_met else "NOT MET"
        sign = "≥" if self.at_least else "≤"
        limit = f"{sign} {self.limit:.{self.digits}f}"
        return [self.key, self.what, f"{self.measured:.{self.digits}f}", limit, verdict]

    def as_json(self) -> dict[str, Any]:
        figures = {"measured": round(self.measured, 4), "limit": round(self.limit, 4), "met": self.is_met}
        figures["at_least"] = self.at_least
        return {"goal": self.key, "what": self.what, **figures}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """Columns side by side: the first `words` of them to the left, the figures to the right."""
    lines = [list(heads), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def goals_table(goals: Sequence[Goal]) -> str:
    return table(["goal", "what", "measured", "limit", ""], [goal.row() for goal in goals], words=2)
