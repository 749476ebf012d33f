"""What a change of a doctor's time means: to the calendars, and to visitors, who learn nothing of whose it is."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.core.dynamodb import keys
from chalicelib.realtime.events.event import Image, OutgoingEvent
from chalicelib.realtime.frames import SlotUpdated
from chalicelib.scheduling.service.allocation import slot_changes


def slot_events(key: keys.HourKey, old: Image | None, new: Image | None, at: datetime) -> Iterator[OutgoingEvent]:
    """What to tell of an hour of a doctor's time that changed, in order.

    An hour goes long after it has passed, which is news to nobody.
    """
    if new is None:
        return
    tenant_id = key.tenant_id
    for change in slot_changes(key, old, new):
        doctor_id, span = change.doctor_id, change.span
        to = (
            keys.public_slots_topic(tenant_id),
            keys.tenant_calendar_topic(tenant_id),
            keys.doctor_calendar_topic(tenant_id, doctor_id),
        )
        yield OutgoingEvent(to, SlotUpdated(at, doctor_id, span.start, span.end, change.state))
