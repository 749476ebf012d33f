"""Drafts as items: beside the appointment, one per author, so that keeping one is a single write."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.appointments.model import DRAFT_TTL, Draft, DraftFields, PatientText
from chalicelib.appointments.store.appointments import AppointmentItem, appointment_from_image
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import DraftKey
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json, wire_name


class DraftItem(DataItem):
    """What a member typed and has not saved; `fields` as on the wire."""

    base_version = NumberAttribute(attr_name="baseVersion")
    fields = MapAttribute[str, Any]()
    updated_at = UnicodeAttribute(attr_name="updatedAt")


class UnknownBaseVersion(Exception):
    """The appointment was never at the version that the draft says it grew from; `current` is what it is at,
    None if there is no appointment.
    """

    def __init__(self, current: int | None) -> None:
        super().__init__("there is no such version to grow from")
        self.current = current


def update_draft(key: DraftKey, draft: Draft) -> bool:
    """Write over the draft that is there; one plain call.

    False if there is none, or only one that grew from an older version: then nobody has seen yet whether the
    appointment was ever at the new one.
    """
    actions = [getattr(DraftItem, name).set(value) for name, value in _values(draft).items()]
    try:
        with_retries(lambda: DraftItem.for_key(key).update(actions, DraftItem.base_version >= draft.base_version))
    except ConditionFailed:
        return False
    return True


def create_draft(key: DraftKey, draft: Draft) -> None:
    """Write a draft whose base is proven in the same transaction.

    Raises:
        NoSuchBase: the appointment is not there, or was never at that version.
    """
    has_been_there = AppointmentItem.version >= draft.base_version
    transaction = Transaction()
    transaction.check(AppointmentItem, key.appointment, has_been_there, refused=_no_such_base)
    transaction.put(DraftItem.for_key(key, **_values(draft)))
    transaction.commit()


def _no_such_base(image: Image | None) -> UnknownBaseVersion:
    return UnknownBaseVersion(appointment_from_image(image).version if image else None)


def find_draft(key: DraftKey) -> Draft | None:
    """The draft, read consistently."""
    item = DraftItem.read(key, consistent=True)
    if item is None:
        return None
    return Draft(int(item.base_version), _fields(item.fields.as_dict()), datetime.fromisoformat(item.updated_at))


def discard_draft(key: DraftKey) -> bool:
    """Remove the draft; whether there was one."""
    try:
        with_retries(lambda: DraftItem.for_key(key).delete_returning(DraftItem.pk.exists()))
    except ConditionFailed:
        return False
    return True


def add_discard(transaction: Transaction, key: DraftKey) -> None:
    """Make a transaction remove the draft, if there is one."""
    transaction.delete(DraftItem.for_key(key))


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "base_version": draft.base_version,
        "fields": to_json(draft.fields),
        "updated_at": rfc3339(draft.updated_at),
        "ttl": int((draft.updated_at + DRAFT_TTL).timestamp()),
    }


def _fields(stored: dict[str, Any]) -> DraftFields:
    values = {field.name: stored.get(wire_name(field.name)) for field in fields(DraftFields)}
    patient = stored.get("patient")
    return DraftFields(**values | {"patient": None if patient is None else PatientText(**patient)})
