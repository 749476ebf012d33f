"""What a change of a doctor's time means: to the calendars, and to visitors, who learn nothing of whose it is."""

from collections.abc import Iterator
from datetime import UTC, datetime

from chalicelib.core import keys
from chalicelib.realtime.frames import SlotUpdated
from chalicelib.realtime.news.news import Image, News
from chalicelib.scheduling.service import cells


def slot_news(partition: str, old: Image | None, new: Image | None, at_seconds: float) -> Iterator[News]:
    """What to tell of an hour of a doctor's time that changed at an instant since the epoch, in order.

    An hour goes long after it has passed, which is news to nobody.
    """
    if new is None:
        return
    tenant_id, _ = keys.owner_of_time(partition)
    at = datetime.fromtimestamp(at_seconds, UTC)
    for change in cells.changes_of(partition, old, new):
        doctor_id, span = change.doctor_id, change.span
        to = (keys.public_slots(tenant_id), keys.calendar(tenant_id), keys.doctor_calendar(tenant_id, doctor_id))
        yield News(to, SlotUpdated(at, doctor_id, span.start, span.end, change.state))
