"""A place in a list, as the opaque text that a page hands out."""

import base64
import binascii


def to_cursor(position: str) -> str:
    """A place in a list as an opaque text."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> str | None:
    """The place that a cursor names, None if it is not one of ours."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
