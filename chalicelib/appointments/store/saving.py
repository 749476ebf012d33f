"""The fenced save: the only way to change an appointment that is there, whatever the change is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.appointments.model import Changes, Editor, Revision, Status
from chalicelib.appointments.store.appointments import (
    AppointmentItem,
    allocation_to_json,
    appointment_from_image,
    timeline_position,
)
from chalicelib.appointments.store.drafts import DraftKey, add_discard
from chalicelib.appointments.store.revisions import to_item
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.retries import ConditionFailed, transact
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.allocation import AllocationChange
from chalicelib.scheduling.service import allocation


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
    """The save did not happen. `fence_image` stood against the lock's fence if `fence_failed`; otherwise
    `current` is the appointment as it stands if that `is_other`; otherwise somebody else has the time, and `taken`
    says who.
    """

    def __init__(self, refusal: ConditionFailed, edit: Edit) -> None:
        super().__init__("the save was refused")
        self.fence_failed = refusal.failed[0]
        self.fence_image = refusal.images[0]
        # PynamoDB sends checks first and updates last, whatever the order in which they were added.
        image = refusal.images[-1]
        self.version_differs = refusal.failed[-1]
        self.current = appointment_from_image(image) if image else None
        sheets = len(edit.claim.hour_changes()) if edit.claim else 0
        images = refusal.images[-1 - sheets : -1]
        self.conflict = allocation.to_refusal(edit.claim, images, edit.now) if edit.claim else None


def save(tenant_id: str, appointment_id: str, edit: Edit, *, add_fence: Callable[[TransactWrite], None]) -> None:
    """Write the changes, the next version and its revision, if the fence holds and the time is free, and remove
    the editor's draft if that is what is saved; one transaction.

    Raises:
        SaveRefused: the fence does not hold, the version is another one, it has the status that it must not have,
            the end would not follow the start, or somebody else has the time.
    """
    partition = keys.appointment(tenant_id, appointment_id)
    item = AppointmentItem(partition, keys.APPOINTMENT)
    revision = to_item(partition, edit.to_revision())
    actions = [_to_action(name, value) for name, value in _to_values(appointment_id, edit).items()]

    def fill(write: TransactWrite) -> None:
        add_fence(write)
        write.save(revision)
        if edit.claim:
            allocation.add_allocation_change(write, tenant_id, edit.claim, edit.now)
        write.update(item, actions, _save_condition(edit))
        if edit.discards_draft:
            add_discard(write, DraftKey(tenant_id, appointment_id, edit.editor.member_id))

    try:
        transact(fill)
    except ConditionFailed as refusal:
        raise SaveRefused(refusal, edit) from None


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
