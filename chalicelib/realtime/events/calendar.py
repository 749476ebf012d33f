"""Events of appointments, and of the time of doctors."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.appointments.model.appointment import EDITABLE_FIELDS
from chalicelib.appointments.service.appointments import appointment_from_image, changed_fields
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import AppointmentKey, HourKey
from chalicelib.core.http.schema import wire_name
from chalicelib.realtime.events.event import OutgoingEvent
from chalicelib.realtime.frames.calendar import AppointmentUpdated, SlotUpdated
from chalicelib.scheduling.service import allocation


def appointment_events(key: AppointmentKey, old: Image | None, new: Image | None) -> Iterator[OutgoingEvent]:
    """Events of an appointment that was created or saved.

    Its time is announced by the hours of its doctor.
    """
    before = appointment_from_image(old) if old else None
    after = appointment_from_image(new) if new else None
    if after is None or (before and before.version == after.version):
        return
    doctor_ids = sorted({appointment.doctor_id for appointment in (before, after) if appointment})
    calendars = (
        keys.tenant_calendar_topic(key.tenant_id),
        *(keys.doctor_calendar_topic(key.tenant_id, doctor_id) for doctor_id in doctor_ids),
    )
    fields = changed_fields(before, after) if before else EDITABLE_FIELDS
    changed = [wire_name(field) for field in fields]
    updated = AppointmentUpdated(after.updated_at, after.id, after.version, after.updated_by, changed)
    # A new appointment has no followers yet.
    yield OutgoingEvent((key.partition, *calendars) if before else calendars, updated)


def slot_events(key: HourKey, old: Image | None, new: Image | None, at: datetime) -> Iterator[OutgoingEvent]:
    """Events of the times that begin in an hour of a doctor, in order.

    Visitors get them too. An hour is removed long after it has passed; that is no event.
    """
    if new is None:
        return
    recipients = (
        keys.public_slots_topic(key.tenant_id),
        keys.tenant_calendar_topic(key.tenant_id),
        keys.doctor_calendar_topic(key.tenant_id, key.doctor_id),
    )
    for change in allocation.slot_changes(key, old, new):
        span = change.span
        yield OutgoingEvent(recipients, SlotUpdated(at, key.doctor_id, span.start, span.end, change.state))
