"""Revisions: the changes of each save, and the record at any version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, cast

from chalicelib.appointments.model.appointment import Changes, Editor, Patient
from chalicelib.core.http.schema import Schema, wire_name

FieldValue = str | Patient | datetime
# Revision keys have room for this many.
_MAX_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Revision:
    """A stored save: the written fields, author, time and reason.

    The first revision has all fields. `restored_from` is the version that a restore brought back.
    """

    version: int
    changes: Changes
    saved_at: datetime
    saved_by: Editor
    restored_from: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange(Schema):
    """A field before and after a save; `from` is null in the first revision."""

    from_: FieldValue | None
    to: FieldValue


@dataclass(frozen=True, slots=True)
class RevisionEntry(Schema):
    """One save: its author, time, reason and changed fields.

    The fields have their names in `Appointment`.
    """

    version: int
    saved_at: datetime
    saved_by: Editor
    changes: dict[str, FieldChange]
    restored_from: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RevisionPage(Schema):
    """One page of saves, newest first. `nextCursor` is null on the last page."""

    items: list[RevisionEntry]
    next_cursor: str | None


def parse_version(text: str) -> int:
    """Return the version number in a text, or 0, which is no version."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    return int(text) if is_number else 0


def fields_at(oldest_first: Iterable[Revision], version: int) -> dict[str, object]:
    """Return the fields at a version: the first revision with later changes applied."""
    fields: dict[str, object] = {}
    for revision in takewhile(lambda revision: revision.version <= version, oldest_first):
        fields |= revision.changes
    return fields


def changed_values(current: Changes, earlier: Changes) -> dict[str, object]:
    """Return the fields of `earlier` that have another value in `current`."""
    return {name: value for name, value in earlier.items() if current.get(name) != value}


def to_entries(newest_first: Iterable[Revision], limit: int) -> list[RevisionEntry]:
    """Return the `limit` newest saves, each changed field with its previous value.

    A revision holds only the fields it wrote, so the previous value is in an older one. Reading stops when all
    previous values are found.
    """
    page: list[Revision] = []
    previous: dict[tuple[int, str], object] = {}
    pending: dict[str, int] = {}
    for revision in newest_first:
        for name in revision.changes.keys() & pending.keys():
            previous[pending.pop(name), name] = revision.changes[name]
        if len(page) < limit:
            page.append(revision)
            pending |= dict.fromkeys(revision.changes, revision.version)
        if len(page) == limit and not pending:
            break
    return [_to_entry(revision, previous) for revision in page]


def _to_entry(revision: Revision, previous: dict[tuple[int, str], Any]) -> RevisionEntry:
    values = [(name, previous.get((revision.version, name)), new) for name, new in revision.changes.items()]
    changes = {
        wire_name(name): FieldChange(old, cast("FieldValue", new)) for name, old, new in values if old != new
    }
    return RevisionEntry(
        revision.version,
        revision.saved_at,
        revision.saved_by,
        changes,
        revision.restored_from,
        revision.reason,
    )
