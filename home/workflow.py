"""The allowed moves of a report on accessibility."""

from .enums import ReportState

ANSWER, CLOSE = "answer", "close"

REPORT_MOVES = {
    ANSWER: ({ReportState.OPEN}, ReportState.ANSWERED),
    CLOSE: ({ReportState.OPEN, ReportState.ANSWERED}, ReportState.CLOSED),
}
