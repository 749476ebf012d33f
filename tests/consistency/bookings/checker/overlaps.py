"""One doctor, one room and one device at a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.consistency.bookings.booking_history import ACTIVE, BookingHistory, owner_of
from tests.consistency.bookings.hour_buckets import Span, allocation_of
from tests.consistency.table_reader import Fields

Busy = dict[str, list[tuple[str, Span]]]


def no_overlaps(record: BookingHistory) -> Iterator[str]:
    """At no place of the stream, and not at the end, do two active appointments overlap, buffers included."""
    present: dict[str, Fields] = {}
    for write in record.writes:
        if write.new.get("sk") == "APPOINTMENT":
            present[owner_of(write.new)] = write.new
            yield from _collisions(record, write.new, present)
    at_end = {owner: item for (owner, kind), item in record.final.items() if kind == "APPOINTMENT"}
    for item in at_end.values():
        yield from _collisions(record, item, at_end)


def _collisions(record: BookingHistory, item: Fields, present: dict[str, Fields]) -> Iterator[str]:
    mine = _busy(record, item)
    for other in present.values():
        if owner_of(other) == owner_of(item):
            continue
        theirs = _busy(record, other)
        for whose in mine.keys() & theirs.keys():
            if any(one.overlaps(another) for one in mine[whose] for another in theirs[whose]):
                yield f"{owner_of(item)} and {owner_of(other)} overlap at {whose}"


def _busy(record: BookingHistory, item: Fields) -> dict[str, list[Span]]:
    """Whose time it takes: as it says itself, and the doctor's by its own times and the service's buffers."""
    if item["status"] not in ACTIVE:
        return {}
    found: dict[str, list[Span]] = {f"DOCTOR#{item['doctorId']}": [span_of(record, item)]}
    said = allocation_of(item)
    for owner in said.owners if said else ():
        found.setdefault(owner, []).append(said.span)  # type: ignore[union-attr]
    return found


def span_of(record: BookingHistory, item: Fields) -> Span:
    """From the start to the end, with its service's buffers."""
    service = record.services[item["serviceId"]]
    start, end = (datetime.fromisoformat(item[name]) for name in ("startsAt", "endsAt"))
    return Span(start - timedelta(minutes=service.before), end + timedelta(minutes=service.after))
