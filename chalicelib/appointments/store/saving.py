"""The fenced save: the only way to change an appointment that is there, whatever the change is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.appointments.model import Changes, Editor, Revision, Status
from chalicelib.appointments.store.drafts import DraftKey, add_discard
from chalicelib.appointments.store.record import AppointmentItem, appointment_of, position_of
from chalicelib.appointments.store.revisions import item_of
from chalicelib.core import keys
from chalicelib.core.clock import rfc3339
from chalicelib.core.shape import to_wire
from chalicelib.core.table import ConditionFailed, transact


@dataclass(frozen=True, slots=True)
class Edit:
    """What one member changes of the appointment as it is at `version`, when and why.

    `restored_from` is the version that it brings back, if it does. With `unless_status` it is refused for an
    appointment that has this status already. `hands_in` says that it is what the editor typed, so that their draft
    has served.
    """

    version: int
    changes: Changes
    editor: Editor
    now: datetime
    restored_from: int | None = None
    reason: str | None = None
    unless_status: Status | None = None
    hands_in: bool = False

    def as_revision(self) -> Revision:
        """What is told of it afterwards."""
        return Revision(self.version + 1, self.changes, self.now, self.editor, self.restored_from, self.reason)


class SaveRefused(Exception):
    """The save did not happen. `fence_image` stood against the lock's fence if `fence_failed`; otherwise
    `current` is the appointment as it stands.
    """

    def __init__(self, refusal: ConditionFailed) -> None:
        super().__init__("the save was refused")
        self.fence_failed = refusal.failed[0]
        self.fence_image = refusal.images[0]
        # PynamoDB sends checks first and updates last, whatever the order in which they were added.
        image = refusal.images[-1]
        self.current = appointment_of(image) if image else None


def save(tenant_id: str, appointment_id: str, edit: Edit, *, add_fence: Callable[[TransactWrite], None]) -> None:
    """Write the changes, the next version and its revision, if the fence holds, and remove the editor's draft
    if that is what is saved; one transaction.

    Raises:
        SaveRefused: the fence does not hold, the version is another one, it has the status that it must not have,
            or the end would not follow the start.
    """
    partition = keys.appointment(tenant_id, appointment_id)
    item = AppointmentItem(partition, keys.APPOINTMENT)
    revision = item_of(partition, edit.as_revision())
    actions = [getattr(AppointmentItem, name).set(value) for name, value in _values(appointment_id, edit).items()]

    def fill(write: TransactWrite) -> None:
        add_fence(write)
        write.save(revision)
        write.update(item, actions, _fits(edit))
        if edit.hands_in:
            add_discard(write, DraftKey(tenant_id, appointment_id, edit.editor.user_id))

    try:
        transact(fill)
    except ConditionFailed as refusal:
        raise SaveRefused(refusal) from None


def _values(appointment_id: str, edit: Edit) -> dict[str, Any]:
    values = {name: to_wire(value) for name, value in edit.changes.items()}
    if isinstance(starts_at := edit.changes.get("starts_at"), datetime):
        values["gsi1sk"] = position_of(starts_at, appointment_id)
    return values | {
        "version": edit.version + 1,
        "updated_at": rfc3339(edit.now),
        "updated_by": to_wire(edit.editor),
    }


def _fits(edit: Edit) -> Condition:
    condition: Condition = AppointmentItem.version == edit.version
    starts_at, ends_at = edit.changes.get("starts_at"), edit.changes.get("ends_at")
    if starts_at and not ends_at:
        condition &= AppointmentItem.ends_at > to_wire(starts_at)
    if ends_at and not starts_at:
        condition &= AppointmentItem.starts_at < to_wire(ends_at)
    if edit.unless_status:
        condition &= AppointmentItem.status != edit.unless_status
    return condition
