"""What a change of the table means to those who follow it. Pure: a stream record in, a frame out."""

from collections.abc import Mapping
from typing import Any, Literal

from chalicelib.appointments import service as appointments
from chalicelib.core import keys
from chalicelib.locking import service as locking
from chalicelib.locking.model import Cause
from chalicelib.realtime.frames import AppointmentUpdated, Frame, LockFrame

LockFrameType = Literal["lock-acquired", "lock-released", "lock-update"]
FRAME_OF: dict[Cause, LockFrameType] = {
    "acquired": "lock-acquired",
    "renewed": "lock-update",
    "released": "lock-released",
    "expired": "lock-released",
}
Image = dict[str, Any]


def news_of(record: Mapping[str, Any]) -> tuple[str, Frame] | None:
    """The topic and the frame for one record of the table's stream, None if nobody follows such a change."""
    change = record["dynamodb"]
    topic, kind = change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]
    new, old = change.get("NewImage"), change.get("OldImage")
    if new is None:
        return None
    if kind == keys.LOCK:
        return topic, _lock_frame(new)
    if kind == keys.APPOINTMENT and old is not None:
        return topic, _appointment_frame(old, new)
    return None


def _lock_frame(new: Image) -> LockFrame:
    record = locking.record_of(new)
    return LockFrame(
        at=record.changed_at,
        type=FRAME_OF[record.cause],
        appointment_id=record.appointment_id,
        version=record.version,
        cause=record.cause,
        lock=record.lock,
    )


def _appointment_frame(old: Image, new: Image) -> AppointmentUpdated:
    before, after = appointments.appointment_of(old), appointments.appointment_of(new)
    return AppointmentUpdated(
        at=after.updated_at,
        appointment_id=after.id,
        appointment_version=after.version,
        updated_by=after.updated_by,
        changed=appointments.changed_fields(before, after),
    )
