"""Logs and histories: each row is written once."""

import pytest
from django.apps import apps

from academy.common.append_only import AppendOnly

LOGS = {
    "academy.AuditEntry",
    "consulting.ProcessMove",
    "courses.CourseVersion",
    "courses.Step",
    "enrolment.EnrolmentMove",
    "enrolment.SignedList",
    "home.AccessibilityReportMove",
}


def test_all_logs_share_the_base():
    assert {model._meta.label for model in apps.get_models() if issubclass(model, AppendOnly)} >= LOGS


@pytest.mark.parametrize("label", sorted(LOGS))
def test_a_written_row_is_neither_saved_nor_deleted(label):
    row = apps.get_model(label)(pk=1)

    with pytest.raises(TypeError, match="append-only"):
        row.save()
    with pytest.raises(TypeError, match="append-only"):
        row.delete()
