"""Reports on the accessibility of the website, made as visitors make them."""

from datetime import datetime

from home import services
from home.enums import AnswerWish
from home.models import AccessibilityReport


def report(*, at: datetime, **given) -> AccessibilityReport:
    values = {
        "problem": "Der Knopf ist mit der Tastatur nicht erreichbar.",
        "page": "/de/fortbildungen/",
        "email": "besuch@example.org",
        "answer_wish": AnswerWish.PLAIN,
        "other_way": "",
        "language": "de",
    }
    return services.report_barrier(**{**values, **given}, at=at)
