"""How long an appointment may be that one transaction moves: its old and its new time, of everybody it takes."""

from chalicelib.scheduling.model.allocation import CELL_MINUTES, MAX_APPOINTMENT_HOURS

# DynamoDB's limit of actions in a transaction, less what a save writes beside the time.
_MOST_PIECES = 100 - 4


def longest(owners: int, piece_minutes: int) -> int:
    """Minutes with its buffers of one that starts at any cell, where time is written in pieces of this length."""
    pieces = _MOST_PIECES // (2 * owners)
    # One that does not start with a piece touches one more.
    started = piece_minutes - CELL_MINUTES
    return min(pieces * piece_minutes - started, MAX_APPOINTMENT_HOURS * 60)
