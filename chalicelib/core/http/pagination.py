"""Pages of lists: the query of a page, and cursors that are valid for one list only."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Annotated

from chalicelib.core.http.constraints import Length, Range
from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.core.http.schema import Schema, to_json

_PAGE_FIELDS = {"limit", "cursor"}


@dataclass(frozen=True, slots=True)
class PageQuery(Schema):
    """The length of a page, and the cursor that the page before it gave."""

    limit: Annotated[int, Range(1, 100)] = 50
    cursor: Annotated[str, Length(0, 1500)] | None = None

    def list_id(self, partition: str) -> str:
        """Return the id of the list that this query's filters select of a partition."""
        filters = {name: value for name, value in to_json(self).items() if name not in _PAGE_FIELDS}
        return f"{partition}?{json.dumps(filters, sort_keys=True)}"

    def position_in(self, list_id: str) -> str | None:
        """Return the position after which the page begins; None for the first page.

        Raises:
            ValidationFailed: the cursor was not issued for this list.
        """
        return from_cursor(list_id, self.cursor) if self.cursor else None


def to_cursor(list_id: str, position: str) -> str:
    """Return an opaque cursor for a position in a list.

    `list_id` is unique to the list.
    """
    text = f"{_mark(list_id)}#{position}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def from_cursor(list_id: str, cursor: str) -> str:
    """Return the position that `to_cursor` was given for this list.

    A cursor is not signed: a forged one can only name another position in the same list.

    Raises:
        ValidationFailed: the cursor was not issued for this list.
    """
    mark, _, position = _decode(cursor).partition("#")
    if mark != _mark(list_id) or not position:
        raise invalid_cursor()
    return position


def invalid_cursor() -> ValidationFailed:
    """Return the 422 for a cursor that was not issued for this list."""
    return ValidationFailed([FieldError("cursor", "is not a cursor of this list; leave it out to start again")])


def _mark(list_id: str) -> str:
    return hashlib.sha256(list_id.encode()).hexdigest()[:12]


def _decode(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
