"""Draft items: beside the appointment, one for each author."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.appointments.model.draft import DRAFT_TTL, Draft, DraftFields, PatientText
from chalicelib.appointments.store.appointments import appointment_from_image
from chalicelib.appointments.store.items import AppointmentItem
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import DraftKey
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json, wire_name


class DraftItem(DataItem):
    """A member's unsaved text; `fields` are JSON as on the wire."""

    base_version = NumberAttribute(attr_name="baseVersion")
    fields = MapAttribute[str, Any]()
    updated_at = UnicodeAttribute(attr_name="updatedAt")


class UnknownBaseVersion(Exception):
    """The appointment never had the draft's base version. `current` is its version.

    None if it does not exist.
    """

    def __init__(self, current: int | None) -> None:
        super().__init__("the appointment never had this version")
        self.current = current


def update_draft(key: DraftKey, draft: Draft) -> bool:
    """Overwrite a draft unless its base version is older; one call.

    Returns:
        False if there is no draft, or its base is older: the new base version has yet to be verified.
    """
    actions = [getattr(DraftItem, name).set(value) for name, value in _values(draft).items()]
    try:
        with_retries(lambda: DraftItem.for_key(key).update(actions, DraftItem.base_version >= draft.base_version))
    except ConditionFailed:
        return False
    return True


def create_draft(key: DraftKey, draft: Draft) -> None:
    """Write a draft and verify its base version; one transaction.

    Raises:
        UnknownBaseVersion: the appointment does not exist, or never had this version.
    """
    reached_base = AppointmentItem.version >= draft.base_version
    transaction = Transaction()
    transaction.check(AppointmentItem, key.appointment, reached_base, refused=_unknown_base)
    transaction.put(DraftItem.for_key(key, **_values(draft)))
    transaction.commit()


def _unknown_base(image: Image | None) -> UnknownBaseVersion:
    return UnknownBaseVersion(appointment_from_image(image).version if image else None)


def find_draft(key: DraftKey) -> Draft | None:
    """Return a draft; a consistent read."""
    item = DraftItem.read(key, consistent=True)
    if item is None:
        return None
    return Draft(int(item.base_version), _fields(item.fields.as_dict()), datetime.fromisoformat(item.updated_at))


def discard_draft(key: DraftKey) -> bool:
    """Delete a draft.

    Returns:
        Whether there was one.
    """
    try:
        with_retries(lambda: DraftItem.for_key(key).delete_returning(DraftItem.pk.exists()))
    except ConditionFailed:
        return False
    return True


def add_discard(transaction: Transaction, key: DraftKey) -> None:
    """Add the deletion of a draft, if any, to a transaction."""
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
