"""The tables of allowed moves: from which states a move leads to which state."""

from .enums import Move, PhaseState, ProcessState, StatementMoveKind, StatementState

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
