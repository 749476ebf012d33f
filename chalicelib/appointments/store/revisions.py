"""Revision items: each is written in the transaction of its save, and never changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.appointments.model.appointment import EDITABLE_FIELDS, Editor, Patient
from chalicelib.appointments.model.revision import Revision
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.http.schema import to_json, wire_name

# The previous value of a field is seldom further back than this many saves.
_LOOK_BACK = 25
# The highest version that fits the sort key.
_LAST_VERSION = 10**12 - 1


class RevisionItem(DataItem):
    """One save: the written fields (all of them in the first revision), author, time and reason."""

    version = NumberAttribute()
    changes = MapAttribute[str, Any]()
    saved_at = UnicodeAttribute(attr_name="savedAt")
    saved_by = MapAttribute[str, str](attr_name="savedBy")
    restored_from = NumberAttribute(null=True, attr_name="restoredFrom")
    reason = UnicodeAttribute(null=True)


def to_item(appointment: AppointmentKey, revision: Revision) -> RevisionItem:
    """Return the item of a revision."""
    return RevisionItem.for_key(
        keys.revision_key(appointment, revision.version),
        version=revision.version,
        changes={wire_name(name): to_json(value) for name, value in revision.changes.items()},
        saved_at=rfc3339(revision.saved_at),
        saved_by=to_json(revision.saved_by),
        restored_from=revision.restored_from,
        reason=revision.reason,
    )


def oldest_first(tenant_id: str, appointment_id: str, up_to: int = _LAST_VERSION) -> list[Revision]:
    """Return the revisions up to and including a version; a consistent read."""
    found = RevisionItem.query(
        AppointmentKey(tenant_id, appointment_id).partition, _range_to(up_to), consistent_read=True
    )
    return [_to_revision(item) for item in found]


def newest_first(tenant_id: str, appointment_id: str, before: int | None, page_size: int) -> Iterator[Revision]:
    """Yield the revisions `before` a version, or all; a consistent read, in pages as they are consumed."""
    found = RevisionItem.query(
        AppointmentKey(tenant_id, appointment_id).partition,
        _range_to(before - 1 if before else _LAST_VERSION),
        consistent_read=True,
        scan_index_forward=False,
        page_size=page_size + _LOOK_BACK,
    )
    return (_to_revision(item) for item in found)


def _range_to(version: int) -> Condition:
    return RevisionItem.sk.between(keys.revision(0), keys.revision(version))


_NAMES = {wire_name(name): name for name in EDITABLE_FIELDS}


def _to_revision(item: RevisionItem) -> Revision:
    stored, editor = item.changes.as_dict(), item.saved_by.as_dict()
    restored_from = cast("float | None", item.restored_from)
    return Revision(
        version=int(item.version),
        changes={name: _to_value(wire, stored[wire]) for wire, name in _NAMES.items() if wire in stored},
        saved_at=datetime.fromisoformat(item.saved_at),
        saved_by=Editor(member_id=editor["userId"], name=editor["name"]),
        restored_from=None if restored_from is None else int(restored_from),
        reason=item.reason,
    )


def _to_value(name: str, stored: Any) -> object:  # noqa: ANN401 - a map or a text, as the field has it
    if name == "patient":
        return Patient(**stored)
    return datetime.fromisoformat(stored) if name in ("startsAt", "endsAt") else stored
