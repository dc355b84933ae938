"""The tables of allowed moves: from which states a move leads to which state."""

from .enums import (
    BarrierMoveKind,
    BarrierState,
    MeasureMoveKind,
    MeasureState,
    MeetingMoveKind,
    MinutesState,
    Move,
    PhaseState,
    ProcessState,
    StatementMoveKind,
    StatementState,
)

PROCESS_MOVES = {
    Move.TAKE_UP: ({ProcessState.REQUEST}, ProcessState.CLARIFICATION),
    Move.ACTIVATE: ({ProcessState.CLARIFICATION}, ProcessState.ACTIVE),
    Move.PAUSE: ({ProcessState.ACTIVE}, ProcessState.PAUSED),
    Move.RESUME: ({ProcessState.PAUSED}, ProcessState.ACTIVE),
    Move.CLOSE: ({ProcessState.ACTIVE}, ProcessState.CLOSED),
    Move.ABORT: (
        {ProcessState.REQUEST, ProcessState.CLARIFICATION, ProcessState.ACTIVE, ProcessState.PAUSED},
        ProcessState.ABORTED,
    ),
}

PHASE_MOVES = {
    Move.ACTIVATE_PHASE: ({PhaseState.OPEN}, PhaseState.ACTIVE),
    Move.REACH_PHASE: ({PhaseState.ACTIVE, PhaseState.REOPENED}, PhaseState.REACHED),
    Move.REOPEN_PHASE: ({PhaseState.REACHED}, PhaseState.REOPENED),
}

NEEDS_REASON = {Move.ABORT, Move.REOPEN_PHASE}
BARRIER_NEEDS_REASON = {BarrierMoveKind.DEFER}
MEASURE_NEEDS_REASON = {MeasureMoveKind.DROP}
MEETING_NEEDS_REASON = {MeetingMoveKind.CANCEL, MeetingMoveKind.RETURN}


def moves_from(state: str) -> list[Move]:
    """The moves of a process that its state allows, in the order of the table."""
    return [move for move, (sources, _target) in PROCESS_MOVES.items() if state in sources]


STATEMENT_MOVES = {
    StatementMoveKind.SUBMIT: ({StatementState.DRAFT}, StatementState.MSO_REVIEW),
    StatementMoveKind.RETURN: ({StatementState.MSO_REVIEW, StatementState.RELEASED}, StatementState.DRAFT),
    StatementMoveKind.RELEASE: ({StatementState.MSO_REVIEW}, StatementState.RELEASED),
    StatementMoveKind.REOPEN: ({StatementState.RELEASED}, StatementState.MSO_REVIEW),
    StatementMoveKind.PUBLISH: ({StatementState.RELEASED}, StatementState.PUBLISHED),
    StatementMoveKind.SUPERSEDE: ({StatementState.PUBLISHED}, StatementState.SUPERSEDED),
}

# Where a barrier that was deferred goes on is where it stood before; every other move has one target.
BARRIER_MOVES = {
    BarrierMoveKind.SUBSTANTIATE: ({BarrierState.SUSPECTED}, BarrierState.EVIDENCED),
    BarrierMoveKind.CONFIRM: ({BarrierState.EVIDENCED}, BarrierState.CONFIRMED),
    BarrierMoveKind.START: (
        {BarrierState.CONFIRMED, BarrierState.PARTLY_REMOVED, BarrierState.REMOVED},
        BarrierState.IN_PROGRESS,
    ),
    BarrierMoveKind.REMOVE_PARTLY: ({BarrierState.IN_PROGRESS}, BarrierState.PARTLY_REMOVED),
    BarrierMoveKind.REMOVE: ({BarrierState.IN_PROGRESS, BarrierState.PARTLY_REMOVED}, BarrierState.REMOVED),
    BarrierMoveKind.DEFER: (set(BarrierState) - {BarrierState.REMOVED, BarrierState.DEFERRED}, BarrierState.DEFERRED),
    BarrierMoveKind.RESUME: ({BarrierState.DEFERRED}, None),
}

MEASURE_MOVES = {
    MeasureMoveKind.DECIDE: ({MeasureState.IDEA}, MeasureState.DECIDED),
    MeasureMoveKind.START: ({MeasureState.DECIDED}, MeasureState.IN_PROGRESS),
    MeasureMoveKind.IMPLEMENT: ({MeasureState.DECIDED, MeasureState.IN_PROGRESS}, MeasureState.IMPLEMENTED),
    MeasureMoveKind.CHECK: ({MeasureState.IMPLEMENTED, MeasureState.CHECKED}, MeasureState.CHECKED),
    MeasureMoveKind.DROP: (
        {MeasureState.IDEA, MeasureState.DECIDED, MeasureState.IN_PROGRESS},
        MeasureState.DROPPED,
    ),
}

MEETING_MOVES = {
    MeetingMoveKind.CANCEL: ({MinutesState.PLANNED}, MinutesState.PLANNED),
    MeetingMoveKind.BEGIN: ({MinutesState.PLANNED}, MinutesState.DRAFT),
    MeetingMoveKind.CIRCULATE: ({MinutesState.DRAFT}, MinutesState.CIRCULATED),
    MeetingMoveKind.RETURN: ({MinutesState.CIRCULATED}, MinutesState.DRAFT),
    MeetingMoveKind.CONFIRM: ({MinutesState.CIRCULATED}, MinutesState.CONFIRMED),
}


def barrier_moves_from(state: str) -> list[BarrierMoveKind]:
    return [move for move, (sources, _target) in BARRIER_MOVES.items() if state in sources]


def measure_moves_from(state: str) -> list[MeasureMoveKind]:
    return [move for move, (sources, _target) in MEASURE_MOVES.items() if state in sources]


def meeting_moves_from(state: str) -> list[MeetingMoveKind]:
    return [move for move, (sources, _target) in MEETING_MOVES.items() if state in sources]
