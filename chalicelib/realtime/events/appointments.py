"""What a change of an appointment means to who has it open, and to the calendars."""

from collections.abc import Iterator

from chalicelib.appointments.model.appointment import EDITABLE_FIELDS
from chalicelib.appointments.service import appointments
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.http.schema import wire_name
from chalicelib.realtime.events.event import Image, OutgoingEvent
from chalicelib.realtime.frames import AppointmentUpdated


def appointment_events(key: AppointmentKey, old: Image | None, new: Image | None) -> Iterator[OutgoingEvent]:
    """What to tell of an appointment that was entered or saved. Whose time is taken is told by the hour sheets."""
    before = appointments.appointment_from_image(old) if old else None
    after = appointments.appointment_from_image(new) if new else None
    if after is None or (before and before.version == after.version):
        return
    tenant_id = key.tenant_id
    doctor_ids = sorted({one.doctor_id for one in (before, after) if one})
    calendars = (
        keys.tenant_calendar_topic(tenant_id),
        *(keys.doctor_calendar_topic(tenant_id, each) for each in doctor_ids),
    )
    fields = appointments.changed_fields(before, after) if before else EDITABLE_FIELDS
    changed = [wire_name(field) for field in fields]
    updated = AppointmentUpdated(after.updated_at, after.id, after.version, after.updated_by, changed)
    # Nobody can have had it open before it was entered.
    yield OutgoingEvent((key.partition, *calendars) if before else calendars, updated)
