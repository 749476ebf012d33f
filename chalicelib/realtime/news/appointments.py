"""What a change of an appointment means: to who has it open, to the calendars, and to visitors."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from chalicelib.appointments import service as appointments
from chalicelib.appointments.model import EDITABLE, Appointment
from chalicelib.core import keys
from chalicelib.core.shape import camel
from chalicelib.realtime.frames import AppointmentUpdated, SlotState, SlotUpdated
from chalicelib.realtime.news.news import Image, News


class Slot(NamedTuple):
    """A doctor's time that an appointment takes."""

    doctor_id: str
    start: datetime
    end: datetime


def appointment_news(topic: str, old: Image | None, new: Image | None) -> Iterator[News]:
    """What to tell of an appointment that was entered, saved or removed, in order."""
    before = appointments.appointment_of(old) if old else None
    after = appointments.appointment_of(new) if new else None
    now = after or before
    if now is None or (before and after and before.version == after.version):
        return
    tenant_id, _ = keys.appointment_of(topic)
    doctor_ids = sorted({one.doctor_id for one in (before, after) if one})
    calendars = (keys.calendar(tenant_id), *(keys.doctor_calendar(tenant_id, each) for each in doctor_ids))
    if after is not None:
        fields = appointments.changed_fields(before, after) if before else EDITABLE
        changed = [camel(field) for field in fields]
        updated = AppointmentUpdated(after.updated_at, after.id, after.version, after.updated_by, changed)
        # Nobody can have had it open before it was entered.
        yield News((topic, *calendars) if before else calendars, updated)
    yield from _slot_news(tenant_id, before, after, now.updated_at)


def _slot_news(
    tenant_id: str, before: Appointment | None, after: Appointment | None, at: datetime
) -> Iterator[News]:
    was, becomes = _slot_of(before), _slot_of(after)
    if was == becomes:
        return
    changes: tuple[tuple[Slot | None, SlotState], ...] = ((was, "free"), (becomes, "booked"))
    for slot, state in changes:
        if slot is not None:
            to = (
                keys.public_slots(tenant_id),
                keys.calendar(tenant_id),
                keys.doctor_calendar(tenant_id, slot.doctor_id),
            )
            yield News(to, SlotUpdated(at, slot.doctor_id, slot.start, slot.end, state))


def _slot_of(appointment: Appointment | None) -> Slot | None:
    if appointment is None or appointment.status == "cancelled":
        return None
    return Slot(appointment.doctor_id, appointment.starts_at, appointment.ends_at)
