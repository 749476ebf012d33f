"""What clients were told: all of it is there, or was changed by a later save that is there."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from tests.consistency.bookings.booking_history import BookingHistory
from tests.consistency.bookings.hour_buckets import ms_of
from tests.consistency.faults.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields

_EDITED = ("doctorId", "serviceId", "startsAt", "endsAt", "status", "notes")


def no_internal_errors(record: BookingHistory) -> Iterator[str]:
    """No operation ends in an error of our own."""
    for operation in record.operations:
        if operation.outcome == "broken":
            yield f"{operation}: {operation.answer['error']}"


def no_lost_saves(record: BookingHistory) -> Iterator[str]:
    """Each appointment has a revision of every version, and is what they come to when laid one over another."""
    for (owner, kind), item in record.final.items():
        if kind == "APPOINTMENT":
            revisions = [_revision(record, owner, number + 1) for number in range(int(item["version"]))]
            come_to: Fields = {}
            for revision in revisions:
                come_to |= revision.get("changes", {})
            if not all(revisions) or _revision(record, owner, len(revisions) + 1):
                yield f"{owner} is at version {item['version']} and has other revisions"
            elif any(come_to[name] != item[name] for name in _EDITED):
                yield f"{owner} is not what its revisions come to"


def successes_are_stored(record: BookingHistory) -> Iterator[str]:
    """Every success that a client was told of."""
    for operation in record.operations:
        is_there = _STORED.get(operation.kind)
        if operation.outcome == "done" and is_there and not is_there(record, operation):
            yield f"{operation} was told {dict(operation.answer)}, which is not there"


def idempotency_keys_are_unique(record: BookingHistory) -> Iterator[str]:
    """All requests with one key, or for one hold, made one appointment at most, and were told of the same."""
    told: dict[str, set[str]] = defaultdict(set)
    made: dict[str, set[str]] = defaultdict(set)
    for operation in _of_kind(record, "book"):
        answers = operation.answer.get("answers", []) if operation.outcome == "done" else []
        if any(isinstance(answer, str) and answer != "UNAVAILABLE" for answer in answers):
            yield f"{operation}: the same request was answered {answers}"
        for name in (operation.asked["key"] or "none", operation.asked["holdId"]):
            told[name] |= {answer["appointmentId"] for answer in answers if isinstance(answer, dict)}
            made[name] |= {
                drawn
                for drawn in operation.asked["draws"]
                if (f"APPOINTMENT#{drawn}", "APPOINTMENT") in record.final
            }
    for found in (told, made):
        for name in found.keys() - {"none"}:
            if len(found[name]) > 1:
                yield f"{name} was answered with {sorted(found[name])}"


def _is_held(record: BookingHistory, operation: LoggedOperation) -> bool:
    asked, told = operation.asked, operation.answer
    writes = record.versions.get(f"HOLD#{told['holdId']}", [])
    return any(
        (write.new["doctorId"], write.new["serviceId"]) == (asked["doctorId"], asked["serviceId"])
        and int(write.new["start"]) == ms_of(datetime.fromisoformat(asked["start"]))
        and int(write.new["expiresAt"]) == told["until"] == operation.clock + record.hold_ms
        for write in writes
        if not write.old
    )


def _is_released(record: BookingHistory, operation: LoggedOperation) -> bool:
    item = record.final.get((f"HOLD#{operation.asked['holdId']}", "HOLD"), {})
    return item.get("state") in ("released", "lapsed")


def _is_booked(record: BookingHistory, operation: LoggedOperation) -> bool:
    answers = [answer for answer in operation.answer["answers"] if isinstance(answer, dict)]
    return all(_is_made_of_hold(record, operation, answer) for answer in answers)


def _is_made_of_hold(record: BookingHistory, operation: LoggedOperation, answer: dict[str, Any]) -> bool:
    asked, appointment_id = operation.asked, answer["appointmentId"]
    hold = record.final.get((f"HOLD#{asked['holdId']}", "HOLD"), {})
    made = _revision(record, f"APPOINTMENT#{appointment_id}", 1).get("changes", {})
    is_made = (made.get("notes"), made.get("startsAt")) == (asked["notes"], answer["startsAt"])
    is_of_hold = (hold.get("state"), hold.get("doctorId")) == ("booked", made.get("doctorId"))
    return (
        is_made
        and is_of_hold
        and (asked["key"] is None or _has_idempotency_record(record, asked["key"], appointment_id))
    )


def _has_idempotency_record(record: BookingHistory, key: str, appointment_id: str) -> bool:
    digest = hashlib.sha256(key.encode()).hexdigest()
    kept = record.final.get((f"IDEMPOTENCY#{digest}", "IDEMPOTENCY"))
    return kept is not None and json.loads(kept["answer"])["appointment"]["id"] == appointment_id


def _is_created(record: BookingHistory, operation: LoggedOperation) -> bool:
    asked = operation.asked
    made = _revision(record, f"APPOINTMENT#{operation.answer['appointmentId']}", 1).get("changes", {})
    wanted = (asked["doctorId"], asked["serviceId"], asked["start"])
    return (made.get("doctorId"), made.get("serviceId"), made.get("startsAt")) == wanted


def _is_saved(record: BookingHistory, operation: LoggedOperation) -> bool:
    saves = zip(operation.answer["saves"], operation.asked["saves"], strict=True)
    return all(_is_save(record, operation, told, asked) for told, asked in saves if isinstance(told, dict))


def _is_save(
    record: BookingHistory, operation: LoggedOperation, told: dict[str, Any], asked: dict[str, Any]
) -> bool:
    revision = _revision(record, f"APPOINTMENT#{operation.appointment}", told["version"])
    expected = {name: value for name, value in {**asked, **told}.items() if name != "version"}
    return (
        revision.get("savedBy", {}).get("userId") == operation.client
        and told["version"] == asked["version"] + 1
        and all(revision["changes"].get(name) == value for name, value in expected.items())
    )


def _is_moved(record: BookingHistory, operation: LoggedOperation) -> bool:
    told = operation.answer
    changes = _revision(record, f"APPOINTMENT#{operation.appointment}", told["version"]).get("changes", {})
    is_then = changes.get("startsAt") == operation.asked["start"] == told["startsAt"]
    return is_then and changes.get("doctorId") in (
        None,
        told["doctorId"],
    )


def _is_cancelled(record: BookingHistory, operation: LoggedOperation) -> bool:
    owner, told = f"APPOINTMENT#{operation.appointment}", operation.answer
    statuses = [
        revision["changes"]["status"]
        for number in range(int(told["version"]))
        if "status" in (revision := _revision(record, owner, number + 1)).get("changes", {})
    ]
    return bool(told["status"] == "cancelled" and statuses and statuses[-1] == "cancelled")


def _revision(record: BookingHistory, owner: str, version: int) -> Fields:
    return record.final.get((owner, f"REVISION#{version:012d}"), {})


def _of_kind(record: BookingHistory, kind: str) -> list[LoggedOperation]:
    return [operation for operation in record.operations if operation.kind == kind]


_STORED: dict[str, Callable[[BookingHistory, LoggedOperation], bool]] = {
    "hold": _is_held,
    "release": _is_released,
    "book": _is_booked,
    "enter": _is_created,
    "save": _is_saved,
    "restore": _is_saved,
    "cancel": _is_saved,
    "reschedule": _is_moved,
    "cancel by patient": _is_cancelled,
}
