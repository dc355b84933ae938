"""What a benchmark found: rows of figures and goals, as tables and as one JSON object."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """One limit of PERFORMANCE.md against what was measured."""

    key: str
    what: str
    measured: float
    limit: float
    digits: int = 0

    @property
    def is_met(self) -> bool:
        return round(self.measured, 6) <= round(self.limit, 6)

    def row(self) -> list[str]:
        verdict = "met" if self.is_met else "NOT MET"
        return [self.key, self.what, f"{self.measured:.{self.digits}f}", f"{self.limit:.{self.digits}f}", verdict]

    def as_json(self) -> dict[str, Any]:
        figures = {"measured": round(self.measured, 4), "limit": round(self.limit, 4), "met": self.is_met}
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
