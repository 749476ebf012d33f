"""What a patient is told of their appointment, and when there is something to tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from chalicelib.appointments.model.appointment import Appointment, Status

NotificationKind = Literal["confirmation", "change", "cancellation"]
# Who has one of these is expected.
_ACTIVE_STATUSES: Final[tuple[Status, ...]] = ("pending", "confirmed")


@dataclass(frozen=True, slots=True)
class LastNotified:
    """What a patient was told last: all of an appointment that they are told of a change of."""

    version: int
    starts_at: datetime
    ends_at: datetime
    doctor_id: str
    status: Status
    email: str


def notified_state(appointment: Appointment) -> LastNotified:
    """What there is to tell of an appointment."""
    return LastNotified(
        version=appointment.version,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        doctor_id=appointment.doctor_id,
        status=appointment.status,
        email=appointment.patient.email,
    )


def may_concern_patient(before: Appointment | None, after: Appointment | None, now: datetime) -> bool:
    """Whether a change is one that its patient may have to be told of; `due` decides then."""
    if after is None or after.starts_at <= now:
        return False
    return before is None or _visible_state(notified_state(before)) != _visible_state(notified_state(after))


def notification_due(
    last: LastNotified | None, appointment: Appointment, now: datetime
) -> NotificationKind | None:
    """What is to be told of an appointment as it is now, to a patient who was told `last`; None if nothing is.

    It looks at how the appointment stands and not at what became of it on the way. So however many changes lie
    between, and however often it is asked, a patient hears what is true, once, and nothing older than they know.
    What is over is nobody's news.
    """
    told = notified_state(appointment)
    if appointment.starts_at <= now or (last and last.version >= told.version):
        return None
    was_expected = last is not None and last.status in _ACTIVE_STATUSES
    if told.status == "cancelled":
        return "cancellation" if was_expected else None
    if told.status not in _ACTIVE_STATUSES:
        return None
    if last is None or not was_expected or last.email != told.email:
        return "confirmation"
    if _slot(last) != _slot(told):
        return "change"
    return None if last.status == told.status else _kind_for_status(told.status)


def _kind_for_status(status: Status) -> NotificationKind:
    """What was asked for is confirmed, or what was confirmed is open again."""
    return "confirmation" if status == "confirmed" else "change"


def _slot(state: LastNotified) -> tuple[datetime, datetime, str]:
    return state.starts_at, state.ends_at, state.doctor_id


def _visible_state(state: LastNotified) -> tuple[object, ...]:
    return *_slot(state), state.status, state.email
