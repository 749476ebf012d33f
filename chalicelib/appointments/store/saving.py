"""The fenced save: the only way to change an appointment that is there, whatever the change is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.appointments.model import Appointment, Changes, Editor, Revision, Status
from chalicelib.appointments.store.appointments import (
    AppointmentItem,
    allocation_to_json,
    appointment_from_image,
    timeline_position,
)
from chalicelib.appointments.store.drafts import add_discard
from chalicelib.appointments.store.revisions import to_item
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import AppointmentKey, DraftKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.allocation import AllocationChange
from chalicelib.scheduling.service.allocation import add_allocation_change


@dataclass(frozen=True, slots=True)
class Edit:
    """What one member changes of the appointment as it is at `version`, when and why.

    `restored_from` is the version that it brings back, if it does. With `unless_status` it is refused for an
    appointment that has this status already. `hands_in` says that it is what the editor typed, so that their draft
    has served. `claim` is what becomes of its time, if anything does.
    """

    version: int
    changes: Changes
    editor: Editor
    now: datetime
    restored_from: int | None = None
    reason: str | None = None
    unless_status: Status | None = None
    discards_draft: bool = False
    claim: AllocationChange | None = None

    def to_revision(self) -> Revision:
        """What is told of it afterwards."""
        return Revision(self.version + 1, self.changes, self.now, self.editor, self.restored_from, self.reason)


class SaveRefused(Exception):
    """The appointment is not as the save needs it; `current` is how it stands, None if it is not there."""

    def __init__(self, current: Appointment | None) -> None:
        super().__init__("the save was refused")
        self.current = current


def save(tenant_id: str, appointment_id: str, edit: Edit, *, add_fence: Callable[[Transaction], None]) -> None:
    """Write the changes, the next version and its revision, if the fence holds and the time is free, and remove
    the editor's draft if that is what is saved; one transaction.

    Raises:
        SaveRefused: the version is another one, it has the status that it must not have, or the end would not
            follow the start.
        CellsTaken: somebody else has the time.
        Exception: the refusal of the fence, which comes before the others.
    """
    key = AppointmentKey(tenant_id, appointment_id)
    actions = [_to_action(name, value) for name, value in _to_values(appointment_id, edit).items()]
    transaction = Transaction()
    add_fence(transaction)
    transaction.update(AppointmentItem.for_key(key), actions, _save_condition(edit), refused=_refused)
    if edit.claim:
        add_allocation_change(transaction, tenant_id, edit.claim, edit.now)
    transaction.put(to_item(key, edit.to_revision()))
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
    if edit.claim:
        values["occupies"] = allocation_to_json(edit.claim.new) if edit.claim.new else None
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
