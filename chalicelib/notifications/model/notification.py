"""Decide which notification a patient needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from chalicelib.appointments.model.appointment import Appointment, Status
from chalicelib.appointments.model.last_notified import LastNotified, notified_state

NotificationKind = Literal["confirmation", "change", "cancellation"]
# The patient is expected to come.
_ACTIVE_STATUSES: Final[tuple[Status, ...]] = ("pending", "confirmed")


@dataclass(frozen=True, slots=True)
class NotificationJob:
    """A change to this version of an appointment, which may need a notification."""

    tenant_id: str
    appointment_id: str
    version: int


def may_concern_patient(before: Appointment | None, after: Appointment | None, now: datetime) -> bool:
    """Return whether a change may need a notification.

    `notification_due` decides later.
    """
    if after is None or after.starts_at <= now:
        return False
    return before is None or _visible_state(notified_state(before)) != _visible_state(notified_state(after))


def notification_due(
    last: LastNotified | None, appointment: Appointment, now: datetime
) -> NotificationKind | None:
    """Compare an appointment with the state last notified.

    Only the two states count, not the changes between them: several changes give one notification, a repeat gives
    none, and no notification is older than the last one. Past appointments give none.

    Returns:
        The kind of notification that is due, or None.
    """
    current = notified_state(appointment)
    if appointment.starts_at <= now or (last and last.version >= current.version):
        return None
    was_active = last is not None and last.status in _ACTIVE_STATUSES
    if current.status == "cancelled":
        return "cancellation" if was_active else None
    if current.status not in _ACTIVE_STATUSES:
        return None
    if last is None or not was_active or last.email != current.email:
        return "confirmation"
    if _slot(last) != _slot(current):
        return "change"
    return None if last.status == current.status else _kind_for_status(current.status)


def _kind_for_status(status: Status) -> NotificationKind:
    """Return the kind for a change of status alone: pending to confirmed, or back."""
    return "confirmation" if status == "confirmed" else "change"


def _slot(state: LastNotified) -> tuple[datetime, datetime, str]:
    return state.starts_at, state.ends_at, state.doctor_id


def _visible_state(state: LastNotified) -> tuple[object, ...]:
    return *_slot(state), state.status, state.email
