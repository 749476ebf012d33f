"""The longest appointment that one transaction can move: its old and new time, with all resources."""

from chalicelib.scheduling.model.allocation import CELL_MINUTES, MAX_APPOINTMENT_HOURS

# DynamoDB's limit of actions in a transaction, less the other writes of a save.
_MAX_PIECES = 100 - 4


def longest_appointment(owners: int, piece_minutes: int) -> int:
    """Return the minutes of the longest appointment, with buffers, for pieces of this length."""
    pieces = _MAX_PIECES // (2 * owners)
    # An appointment that does not start with a piece touches one more.
    started = piece_minutes - CELL_MINUTES
    return min(pieces * piece_minutes - started, MAX_APPOINTMENT_HOURS * 60)
