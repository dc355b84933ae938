"""What every block of the demo content needs while it is loaded."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from .dates import Week

NAMESPACE = uuid.UUID("6f1d3c52-2f0e-5b8e-9a70-0d1f5c7a1e11")


@dataclass(frozen=True)
class Loading:
    """One run of the loader: the moment that it counts as now, and the week that dates are counted from."""

    at: datetime
    week: Week

    @classmethod
    def now(cls, at: datetime) -> "Loading":
        return cls(at, Week.of(at))


def key_of(kind: str, slug: str) -> uuid.UUID:
    """The same identifier for the same piece of content, on every machine and each time it is loaded."""
    return uuid.uuid5(NAMESPACE, f"{kind}:{slug}")
