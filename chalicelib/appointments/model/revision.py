"""Revisions: what each save changed, and the record as it was at any version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, cast

from chalicelib.appointments.model.appointment import Changes, Editor, Patient
from chalicelib.core.http.schema import Schema, wire_name

Value = str | Patient | datetime
# One with more would be a key out of order.
_MAX_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Revision:
    """One save as it is kept: the fields that it wrote, who, when and why; the first wrote all of them.

    `restored_from` is the version that it brought back, if it did.
    """

    version: int
    changes: Changes
    saved_at: datetime
    saved_by: Editor
    restored_from: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange(Schema):
    """One field before and after a save; `from` is null in the first."""

    from_: Value | None
    to: Value


@dataclass(frozen=True, slots=True)
class RevisionEntry(Schema):
    """One save as it is told: which fields it changed, by their names in `Appointment`, and from what to what."""

    version: int
    saved_at: datetime
    saved_by: Editor
    changes: dict[str, FieldChange]
    restored_from: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """One page of an appointment's saves, newest first; `next_cursor` is None on the last."""

    items: list[RevisionEntry]
    next_cursor: str | None


def parse_version(text: str) -> int:
    """The version that a text names; 0, which none is, if it names none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    return int(text) if is_number else 0


def fields_at(oldest_first: Iterable[Revision], version: int) -> dict[str, object]:
    """The fields as they were at a version: the first revision with the later changes laid over it."""
    fields: dict[str, object] = {}
    for revision in takewhile(lambda revision: revision.version <= version, oldest_first):
        fields |= revision.changes
    return fields


def changed_values(current: Changes, earlier: Changes) -> dict[str, object]:
    """Those fields of `then` that are another value now."""
    return {name: value for name, value in earlier.items() if current.get(name) != value}


def to_entries(newest_first: Iterable[Revision], limit: int) -> list[RevisionEntry]:
    """The `most` newest saves, each changed field with the value before.

    A revision holds only what it wrote, so that the value before is in an older one; reading goes on until all
    are found, and no further.
    """
    page: list[Revision] = []
    before: dict[tuple[int, str], object] = {}
    sought: dict[str, int] = {}
    for revision in newest_first:
        for name in revision.changes.keys() & sought.keys():
            before[sought.pop(name), name] = revision.changes[name]
        if len(page) < limit:
            page.append(revision)
            sought |= dict.fromkeys(revision.changes, revision.version)
        if len(page) == limit and not sought:
            break
    return [_to_entry(revision, before) for revision in page]


def _to_entry(revision: Revision, before: dict[tuple[int, str], Any]) -> RevisionEntry:
    pairs = [(name, before.get((revision.version, name)), to) for name, to in revision.changes.items()]
    changes = {wire_name(name): FieldChange(old, cast("Value", to)) for name, old, to in pairs if old != to}
    return RevisionEntry(
        revision.version,
        revision.saved_at,
        revision.saved_by,
        changes,
        revision.restored_from,
        revision.reason,
    )
