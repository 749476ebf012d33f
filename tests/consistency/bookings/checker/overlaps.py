"""No doctor, room or device is used twice at the same time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.consistency.bookings.booking_history import ACTIVE, BookingHistory, owner_of
from tests.consistency.bookings.hour_buckets import Span, allocation_of
from tests.consistency.table_reader import Fields

Busy = dict[str, list[tuple[str, Span]]]


def no_overlaps(history: BookingHistory) -> Iterator[str]:
    """Active appointments never overlap, buffers included: after each write, and at the end."""
    present: dict[str, Fields] = {}
    for write in history.writes:
        if write.new.get("sk") == "APPOINTMENT":
            present[owner_of(write.new)] = write.new
            yield from _collisions(history, write.new, present)
    at_end = {owner: item for (owner, kind), item in history.final.items() if kind == "APPOINTMENT"}
    for item in at_end.values():
        yield from _collisions(history, item, at_end)


def _collisions(history: BookingHistory, item: Fields, present: dict[str, Fields]) -> Iterator[str]:
    mine = _busy(history, item)
    for other in present.values():
        if owner_of(other) == owner_of(item):
            continue
        theirs = _busy(history, other)
        for owner in mine.keys() & theirs.keys():
            if any(one.overlaps(another) for one in mine[owner] for another in theirs[owner]):
                yield f"{owner_of(item)} and {owner_of(other)} overlap at {owner}"


def _busy(history: BookingHistory, item: Fields) -> dict[str, list[Span]]:
    """Return the owners and times of an appointment: its allocation, and its doctor by its own times."""
    if item["status"] not in ACTIVE:
        return {}
    found: dict[str, list[Span]] = {f"DOCTOR#{item['doctorId']}": [span_of(history, item)]}
    allocation = allocation_of(item)
    for owner in allocation.owners if allocation else ():
        found.setdefault(owner, []).append(allocation.span)  # type: ignore[union-attr]
    return found


def span_of(history: BookingHistory, item: Fields) -> Span:
    """Return the time of an appointment with its service's buffers."""
    service = history.services[item["serviceId"]]
    start, end = (datetime.fromisoformat(item[name]) for name in ("startsAt", "endsAt"))
    return Span(start - timedelta(minutes=service.before), end + timedelta(minutes=service.after))
