"""A place in a list, as the opaque text that a page hands out."""

import base64
import binascii
import hashlib

from chalicelib.core.http.errors import FieldError, ValidationFailed


def to_cursor(position: str) -> str:
    """A place in a list as an opaque text."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> str | None:
    """The place that a cursor names, None if it is not one of ours."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def cursor_in(partition: str, position: str) -> str:
    """A place in the list that this partition holds, as an opaque text that is good for no other list."""
    return to_cursor(f"{_mark(partition)}#{position}")


def position_in(partition: str, cursor: str) -> str:
    """The place in this partition's list that `cursor_in` made the cursor of.

    It only says where in this partition to go on, so not even a forged one reaches what is in another.

    Raises:
        Invalid: it is no cursor, or another list's.
    """
    mark, _, position = (from_cursor(cursor) or "").partition("#")
    if mark != _mark(partition) or not position:
        raise ValidationFailed(
            [FieldError("cursor", "is not one that a page of this list gave; leave it out to begin anew")]
        )
    return position


def _mark(partition: str) -> str:
    return hashlib.sha256(partition.encode()).hexdigest()[:12]
