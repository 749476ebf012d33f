"""The fenced save: the only write that changes an existing appointment."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.appointments.model.edit import Edit
from chalicelib.appointments.store.appointments import appointment_from_image
from chalicelib.appointments.store.drafts import add_discard
from chalicelib.appointments.store.items import (
    AppointmentItem,
    revision_item,
    timeline_position,
)
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import AppointmentKey, DraftKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.service.allocation import add_allocation_change, allocation_to_json


class SaveRefused(Exception):
    """The appointment is not in the state that the save requires.

    `current` is None if it does not exist.
    """

    def __init__(self, current: Appointment | None) -> None:
        super().__init__("the save was refused")
        self.current = current


def save(tenant_id: str, appointment_id: str, edit: Edit, *, add_fence: Callable[[Transaction], None]) -> None:
    """Write an edit; one transaction.

    It writes fields, version, revision and allocated time, and removes the draft.

    Raises:
        SaveRefused: another version, the excluded status, or an end before the start.
        AllocationRefused: the time is taken.
        Exception: the refusal of the fence, which comes before the others.
    """
    key = AppointmentKey(tenant_id, appointment_id)
    actions = [_to_action(name, value) for name, value in _to_values(appointment_id, edit).items()]
    transaction = Transaction()
    add_fence(transaction)
    transaction.update(AppointmentItem.for_key(key), actions, _save_condition(edit), refused=_refused)
    if edit.allocation_change:
        add_allocation_change(transaction, tenant_id, edit.allocation_change, edit.now)
    transaction.put(revision_item(key, edit.to_revision()))
    if edit.discards_draft:
        add_discard(transaction, DraftKey(tenant_id, appointment_id, edit.editor.member_id))
    transaction.commit()


def _refused(image: Image | None) -> SaveRefused:
    return SaveRefused(appointment_from_image(image) if image else None)


def _to_action(name: str, value: object) -> Action:
    attribute = getattr(AppointmentItem, name)
    action: Action = attribute.remove() if value is None else attribute.set(value)
    return action


def _to_values(appointment_id: str, edit: Edit) -> dict[str, Any]:
    values = {name: to_json(value) for name, value in edit.changes.items()}
    if isinstance(starts_at := edit.changes.get("starts_at"), datetime):
        values["gsi1sk"] = timeline_position(starts_at, appointment_id)
    if edit.allocation_change:
        values["allocation"] = (
            allocation_to_json(edit.allocation_change.new) if edit.allocation_change.new else None
        )
    return values | {
        "version": edit.version + 1,
        "updated_at": rfc3339(edit.now),
        "updated_by": to_json(edit.editor),
    }


def _save_condition(edit: Edit) -> Condition:
    condition: Condition = AppointmentItem.version == edit.version
    starts_at, ends_at = edit.changes.get("starts_at"), edit.changes.get("ends_at")
    if starts_at and not ends_at:
        condition &= AppointmentItem.ends_at > to_json(starts_at)
    if ends_at and not starts_at:
        condition &= AppointmentItem.starts_at < to_json(ends_at)
    if edit.unless_status:
        condition &= AppointmentItem.status != edit.unless_status
    return condition
