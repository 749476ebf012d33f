"""The data table's stream: each change is parsed once and handed to the packages that follow it.

A kind of change imports what it alone needs; the rest is imported while the function starts.
"""

from collections.abc import Mapping
from typing import Any

from chalice.app import DynamoDBEvent

from chalicelib.core.dynamodb.keys import AppointmentKey, HoldKey, LockKey
from chalicelib.core.events.batch import PoisonRecord, process_by_key, seconds_left
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.core.logging import logger
from chalicelib.locking.service import deadlines
from chalicelib.realtime.fanout import publish
from chalicelib.realtime.management_api.client import management_api
from chalicelib.realtime.management_api.delivery import DEFAULT_TIMEOUT_SECONDS, ManagementApi
from chalicelib.realtime.service import follow_up

# Time to forget closed connections and to respond before Lambda ends the function.
_RESERVE_SECONDS = 15.0


def on_change(event: DynamoDBEvent, api: ManagementApi | None = None) -> dict[str, Any]:
    """Publish each change to its followers and follow it up.

    Changes of one partition in order.

    Returns:
        The failed records; Lambda redelivers everything from the first of them on.
    """
    api = api or management_api()
    left = seconds_left(event.context)

    def publish_in_time(record: StreamRecord) -> None:
        publish(record, api, min(DEFAULT_TIMEOUT_SECONDS, left() - _RESERVE_SECONDS))

    def follow(record: StreamRecord) -> None:
        _start_deadlines_and_notifications(record)
        follow_up.follow_up(record, api)

    records, poisoned = _parse(event.to_dict()["Records"])
    failed = process_by_key(
        records,
        lambda record: record.key.partition,
        publish_in_time,
        after=follow,  # people first, but a client out of reach must not delay a deadline
        has_time=lambda: left() > _RESERVE_SECONDS,
    )
    failures = [record.sequence_number for record in failed] + poisoned
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failures]}


def _start_deadlines_and_notifications(record: StreamRecord) -> None:
    match record.key:
        case LockKey() as key:
            deadlines.on_change(key, record.old, record.new)
        case HoldKey() as key:
            from chalicelib.booking.service import hold_expiry

            hold_expiry.on_hold_change(key, record.old, record.new)
        case AppointmentKey() as key:
            from chalicelib.notifications import service as notifications

            notifications.on_appointment_change(key, record.old, record.new)
        case _:
            pass


def _parse(raw_records: list[Mapping[str, Any]]) -> tuple[list[StreamRecord], list[str]]:
    """Return the records, and the sequence numbers of those that cannot be parsed."""
    records, poisoned = list[StreamRecord](), list[str]()
    for raw in raw_records:
        try:
            records.append(StreamRecord.parse(raw))
        except PoisonRecord:
            logger().exception("a record failed")
            poisoned.append(raw["dynamodb"]["SequenceNumber"])
    return records, poisoned
