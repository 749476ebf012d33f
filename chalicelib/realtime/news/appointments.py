"""What a change of an appointment means to who has it open, and to the calendars."""

from collections.abc import Iterator

from chalicelib.appointments.model import EDITABLE
from chalicelib.appointments.service import record
from chalicelib.core import keys
from chalicelib.core.shape import camel
from chalicelib.realtime.frames import AppointmentUpdated
from chalicelib.realtime.news.news import Image, News


def appointment_news(topic: str, old: Image | None, new: Image | None) -> Iterator[News]:
    """What to tell of an appointment that was entered or saved. Whose time is taken is told by the hour sheets."""
    before = record.appointment_of(old) if old else None
    after = record.appointment_of(new) if new else None
    if after is None or (before and before.version == after.version):
        return
    tenant_id, _ = keys.appointment_of(topic)
    doctor_ids = sorted({one.doctor_id for one in (before, after) if one})
    calendars = (keys.calendar(tenant_id), *(keys.doctor_calendar(tenant_id, each) for each in doctor_ids))
    fields = record.changed_fields(before, after) if before else EDITABLE
    changed = [camel(field) for field in fields]
    updated = AppointmentUpdated(after.updated_at, after.id, after.version, after.updated_by, changed)
    # Nobody can have had it open before it was entered.
    yield News((topic, *calendars) if before else calendars, updated)
