"""Responses to clients: each success is stored, or was changed by a later save that is stored."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from tests.consistency.bookings.booking_history import BookingHistory
from tests.consistency.bookings.hour_buckets import ms_of
from tests.consistency.harness.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields

_EDITED = ("doctorId", "serviceId", "startsAt", "endsAt", "status", "notes")


def no_internal_errors(history: BookingHistory) -> Iterator[str]:
    """No operation ends in an internal error."""
    for operation in history.operations:
        if operation.outcome == "error":
            yield f"{operation}: {operation.response['error']}"


def no_lost_saves(history: BookingHistory) -> Iterator[str]:
    """Each appointment has a revision of every version, and equals their sum."""
    for (owner, kind), item in history.final.items():
        if kind == "APPOINTMENT":
            revisions = [_revision(history, owner, number + 1) for number in range(int(item["version"]))]
            come_to: Fields = {}
            for revision in revisions:
                come_to |= revision.get("changes", {})
            if not all(revisions) or _revision(history, owner, len(revisions) + 1):
                yield f"{owner} is at version {item['version']} and has other revisions"
            elif any(come_to[name] != item[name] for name in _EDITED):
                yield f"{owner} differs from its revisions"


def successes_are_stored(history: BookingHistory) -> Iterator[str]:
    """Each success of a client is stored."""
    for operation in history.operations:
        is_there = _STORED.get(operation.kind)
        if operation.outcome == "ok" and is_there and not is_there(history, operation):
            yield f"{operation} returned {dict(operation.response)}, which is not stored"


def idempotency_keys_are_unique(history: BookingHistory) -> Iterator[str]:
    """All requests with one key, or for one hold, made at most one appointment and returned the same."""
    response: dict[str, set[str]] = defaultdict(set)
    made: dict[str, set[str]] = defaultdict(set)
    for operation in _of_kind(history, "book"):
        responses = operation.response.get("responses", []) if operation.outcome == "ok" else []
        if any(isinstance(response, str) and response != "UNAVAILABLE" for response in responses):
            yield f"{operation}: the same request returned {responses}"
        for name in (operation.request["key"] or "none", operation.request["holdId"]):
            response[name] |= {response["appointmentId"] for response in responses if isinstance(response, dict)}
            made[name] |= {
                drawn
                for drawn in operation.request["draws"]
                if (f"APPOINTMENT#{drawn}", "APPOINTMENT") in history.final
            }
    for found in (response, made):
        for name in found.keys() - {"none"}:
            if len(found[name]) > 1:
                yield f"{name} returned {sorted(found[name])}"


def _is_held(history: BookingHistory, operation: LoggedOperation) -> bool:
    request, response = operation.request, operation.response
    writes = history.versions.get(f"HOLD#{response['holdId']}", [])
    return any(
        (write.new["doctorId"], write.new["serviceId"]) == (request["doctorId"], request["serviceId"])
        and int(write.new["start"]) == ms_of(datetime.fromisoformat(request["start"]))
        and int(write.new["expiresAt"]) == response["until"] == operation.clock + history.hold_ms
        for write in writes
        if not write.old
    )


def _is_released(history: BookingHistory, operation: LoggedOperation) -> bool:
    item = history.final.get((f"HOLD#{operation.request['holdId']}", "HOLD"), {})
    return item.get("state") in ("released", "lapsed")


def _is_booked(history: BookingHistory, operation: LoggedOperation) -> bool:
    responses = [response for response in operation.response["responses"] if isinstance(response, dict)]
    return all(_is_made_of_hold(history, operation, response) for response in responses)


def _is_made_of_hold(history: BookingHistory, operation: LoggedOperation, response: dict[str, Any]) -> bool:
    request, appointment_id = operation.request, response["appointmentId"]
    hold = history.final.get((f"HOLD#{request['holdId']}", "HOLD"), {})
    made = _revision(history, f"APPOINTMENT#{appointment_id}", 1).get("changes", {})
    is_made = (made.get("notes"), made.get("startsAt")) == (request["notes"], response["startsAt"])
    is_of_hold = (hold.get("state"), hold.get("doctorId")) == ("booked", made.get("doctorId"))
    return (
        is_made
        and is_of_hold
        and (request["key"] is None or _has_idempotency_record(history, request["key"], appointment_id))
    )


def _has_idempotency_record(history: BookingHistory, key: str, appointment_id: str) -> bool:
    digest = hashlib.sha256(key.encode()).hexdigest()
    kept = history.final.get((f"IDEMPOTENCY#{digest}", "IDEMPOTENCY"))
    return kept is not None and json.loads(kept["answer"])["appointment"]["id"] == appointment_id


def _is_created(history: BookingHistory, operation: LoggedOperation) -> bool:
    request = operation.request
    made = _revision(history, f"APPOINTMENT#{operation.response['appointmentId']}", 1).get("changes", {})
    wanted = (request["doctorId"], request["serviceId"], request["start"])
    return (made.get("doctorId"), made.get("serviceId"), made.get("startsAt")) == wanted


def _is_saved(history: BookingHistory, operation: LoggedOperation) -> bool:
    saves = zip(operation.response["saves"], operation.request["saves"], strict=True)
    return all(
        _is_save(history, operation, response, request)
        for response, request in saves
        if isinstance(response, dict)
    )


def _is_save(
    history: BookingHistory, operation: LoggedOperation, response: dict[str, Any], request: dict[str, Any]
) -> bool:
    revision = _revision(history, f"APPOINTMENT#{operation.appointment}", response["version"])
    expected = {name: value for name, value in {**request, **response}.items() if name != "version"}
    return (
        revision.get("savedBy", {}).get("userId") == operation.client
        and response["version"] == request["version"] + 1
        and all(revision["changes"].get(name) == value for name, value in expected.items())
    )


def _is_moved(history: BookingHistory, operation: LoggedOperation) -> bool:
    response = operation.response
    changes = _revision(history, f"APPOINTMENT#{operation.appointment}", response["version"]).get("changes", {})
    is_then = changes.get("startsAt") == operation.request["start"] == response["startsAt"]
    return is_then and changes.get("doctorId") in (
        None,
        response["doctorId"],
    )


def _is_cancelled(history: BookingHistory, operation: LoggedOperation) -> bool:
    owner, response = f"APPOINTMENT#{operation.appointment}", operation.response
    statuses = [
        revision["changes"]["status"]
        for number in range(int(response["version"]))
        if "status" in (revision := _revision(history, owner, number + 1)).get("changes", {})
    ]
    return bool(response["status"] == "cancelled" and statuses and statuses[-1] == "cancelled")


def _revision(history: BookingHistory, owner: str, version: int) -> Fields:
    return history.final.get((owner, f"REVISION#{version:012d}"), {})


def _of_kind(history: BookingHistory, kind: str) -> list[LoggedOperation]:
    return [operation for operation in history.operations if operation.kind == kind]


_STORED: dict[str, Callable[[BookingHistory, LoggedOperation], bool]] = {
    "hold": _is_held,
    "release": _is_released,
    "book": _is_booked,
    "create": _is_created,
    "save": _is_saved,
    "restore": _is_saved,
    "cancel": _is_saved,
    "reschedule": _is_moved,
    "cancel by patient": _is_cancelled,
}
