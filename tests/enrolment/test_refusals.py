"""Each refusal that learners, supervisors and contact persons read names its reason in easy German as well."""

import ast
from pathlib import Path

import polib
import pytest
from django.conf import settings

SERVICES = sorted((Path(settings.ROOT) / "enrolment" / "services").glob("*.py"))
FOR_EVERYBODY = {
    "AccessRefused",
    "ApprovalRefused",
    "BookingRefused",
    "CertificateRefused",
    "CheckInRefused",
    "DeputyRefused",
    "EnrolmentRefused",
    "FeedbackRefused",
    "InterestRefused",
    "LearningRefused",
    "NamingRefused",
    "RecordRefused",
    "SubmissionRefused",
}
FOR_STAFF = {
    "AttendanceRefused",
    "MessageRefused",
    "PromotionRefused",
    "ReviewRefused",
    "RunRefused",
    "ScanRefused",
    "WaiverRefused",
}


def refusals() -> set[tuple[str, str]]:
    """Which exception says which sentence, as the code has it."""
    found = set()
    for path in SERVICES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = getattr(node.exc.func, "id", "")
                found |= {(name, sentence) for sentence in sentences_in(node.exc) if name.endswith("Refused")}
    return found


def sentences_in(call: ast.Call):
    for inner in ast.walk(call):
        if isinstance(inner, ast.Call) and getattr(inner.func, "id", "") in ("_", "ngettext"):
            yield inner.args[0].value


def test_every_refusal_is_for_somebody():
    assert {name for name, _sentence in refusals()} <= FOR_EVERYBODY | FOR_STAFF


@pytest.mark.parametrize("language", ["de", "de_Simple"])
def test_each_refusal_has_its_words(language):
    catalogue = polib.pofile(str(Path(settings.ROOT) / "locale" / language / "LC_MESSAGES" / "django.po"))
    known = {entry.msgid for entry in catalogue.translated_entries()}
    wanted = FOR_EVERYBODY if language == "de_Simple" else FOR_EVERYBODY | FOR_STAFF

    assert {pair for pair in refusals() if pair[0] in wanted and pair[1] not in known} == set()
