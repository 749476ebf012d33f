"""Events derived from records of the table's stream."""

from datetime import datetime
from typing import Any, get_args

import pytest

from chalicelib.core.clock import to_ms
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.core.http.schema import to_json
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Cause, Tab, UserInfo
from chalicelib.realtime.events.event import OutgoingEvent
from chalicelib.realtime.fanout import events_for
from chalicelib.realtime.frames.base import Frame
from chalicelib.realtime.frames.calendar import AppointmentUpdated
from chalicelib.realtime.frames.locks import LockFrame

Image = dict[str, Any]
TOPIC = "TENANT#t1#APPOINTMENT#a1"
FREE: Image = {
    "pk": {"S": TOPIC},
    "sk": {"S": "LOCK"},
    "version": {"N": "1767225600002"},
    "cause": {"S": "released"},
    "changedAt": {"N": "1767225660000"},
    "ttl": {"N": "1769817660"},
}
HELD: Image = FREE | {
    "cause": {"S": "acquired"},
    "lockId": {"S": "t1.secret"},
    "userId": {"S": "alice"},
    "userName": {"S": "Alice"},
    "userEmail": {"S": "alice@practice.test"},
    "sessionId": {"S": "the-tab-of-alice"},
    "acquiredAt": {"N": "1767225600000"},
    "renewedAt": {"N": "1767225600000"},
    "expiresAt": {"N": "1767225900500"},
}
SAVED: Image = {
    "pk": {"S": TOPIC},
    "sk": {"S": "APPOINTMENT"},
    "gsi1pk": {"S": "TENANT#t1#TIMELINE"},
    "gsi1sk": {"S": "2026-01-31T09:00:00Z#a1"},
    "doctorId": {"S": "d1"},
    "serviceId": {"S": "s1"},
    "patient": {"M": {"name": {"S": "Marta"}, "email": {"S": "marta@patients.test"}, "phone": {"S": ""}}},
    "startsAt": {"S": "2026-01-31T09:00:00Z"},
    "endsAt": {"S": "2026-01-31T09:30:00Z"},
    "timeZone": {"S": "Europe/Lisbon"},
    "status": {"S": "confirmed"},
    "title": {"S": "Check-up"},
    "notes": {"S": ""},
    "version": {"N": "2"},
    "createdAt": {"S": "2026-01-01T00:00:00Z"},
    "updatedAt": {"S": "2026-01-02T00:00:00.250Z"},
    "updatedBy": {"M": {"userId": {"S": "alice"}, "name": {"S": "Alice"}}},
}
BEFORE: Image = SAVED | {"version": {"N": "1"}}
AT_SECONDS = 1769850000.25


def record(kind: str, new: Image | None, old: Image | None = None, pk: str = TOPIC) -> StreamRecord:
    """Return a stream record: an INSERT has no old image, a REMOVE no new one."""
    change: dict[str, Any] = {
        "ApproximateCreationDateTime": AT_SECONDS,
        "Keys": {"pk": {"S": pk}, "sk": {"S": kind}},
        "SequenceNumber": "1",
    }
    if new is not None:
        change["NewImage"] = new
    if old is not None:
        change["OldImage"] = old
    name = "MODIFY" if new and old else "INSERT" if new else "REMOVE"
    return StreamRecord.parse({"eventID": "event", "eventName": name, "dynamodb": change})


def tab(user_id: str, session_id: str) -> Tab:
    """Return a member's tab."""
    return Tab(Principal("t1", user_id, f"{user_id}@practice.test", user_id.title(), "staff"), session_id)


def no_draft(*_: str) -> bool:
    return False


def is_for(event: OutgoingEvent, topic: str) -> bool:
    """Whether an event goes to the subscribers of a topic."""
    return not isinstance(event.recipients, Tab) and topic in event.recipients


def frame_for_appointment(of: StreamRecord) -> Frame:
    """Return the frame for every follower of the appointment."""
    event, *_ = events_for(of, no_draft)
    assert is_for(event, TOPIC)
    return event.frame


def lock_frame(new: Image | None, old: Image | None = None) -> LockFrame:
    frame = frame_for_appointment(record("LOCK", new, old))
    assert isinstance(frame, LockFrame)
    return frame


def changed_by(**fields: Any) -> list[str]:
    frame = frame_for_appointment(record("APPOINTMENT", SAVED | fields, BEFORE))
    assert isinstance(frame, AppointmentUpdated)
    return frame.changed


@pytest.mark.parametrize("old", [None, FREE], ids=["never locked", "free before"])
def test_acquired_lock_frame_has_its_lease(old: Image | None) -> None:
    frame = lock_frame(HELD, old)

    assert (frame.type, frame.cause, frame.version) == ("lock-acquired", "acquired", 1767225600002)
    assert frame.lock is not None
    assert frame.lock.user_info == UserInfo("Alice", "alice@practice.test")
    wire = to_json(frame.redacted_for(tab("alice", HELD["sessionId"]["S"])))
    assert wire["at"] == "2026-01-01T00:01:00Z"
    assert wire["appointmentId"] == wire["lock"]["appointmentId"] == "a1"
    assert wire["lock"]["expiresAt"] == "2026-01-01T00:05:00.500Z"
    assert wire["lock"]["lockId"] == "t1.secret"


def test_lock_id_is_in_frame_of_holder_alone() -> None:
    for other in (tab("bob", HELD["sessionId"]["S"]), tab("alice", "another-tab-00000")):
        lock = to_json(lock_frame(HELD).redacted_for(other))["lock"]

        assert lock["userId"] == "alice"
        assert {"lockId", "sessionId"}.isdisjoint(lock)


def test_renewal_is_a_lock_update() -> None:
    frame = lock_frame(HELD | {"cause": {"S": "renewed"}}, HELD)

    assert (frame.type, frame.cause) == ("lock-update", "renewed")


@pytest.mark.parametrize("cause", ["released", "expired"])
def test_ended_lock_frame_has_no_lease(cause: str) -> None:
    frame = lock_frame(FREE | {"cause": {"S": cause}}, HELD)

    assert (frame.type, frame.cause, frame.lock) == ("lock-released", cause, None)
    assert to_json(frame)["lock"] is None


def test_lock_removed_by_ttl_is_expired() -> None:
    frame = lock_frame(None, HELD)

    assert (frame.type, frame.cause, frame.lock, frame.version) == (
        "lock-released",
        "expired",
        None,
        1767225600003,
    )
    assert to_json(frame)["at"] == "2026-01-01T00:05:00.500Z"


@pytest.mark.parametrize("cause", get_args(Cause))
def test_every_cause_has_a_frame_type(cause: str) -> None:
    *_, event = events_for(record("LOCK", HELD | {"cause": {"S": cause}}), no_draft)

    assert isinstance(event.frame, LockFrame)
    assert event.frame.cause == cause


def test_save_frame_has_version_editor_and_fields() -> None:
    frame = frame_for_appointment(record("APPOINTMENT", SAVED | {"notes": {"S": "x"}}, BEFORE))

    assert to_json(frame) == {
        "type": "appointment-updated",
        "at": "2026-01-02T00:00:00.250Z",
        "appointmentId": "a1",
        "appointmentVersion": 2,
        "updatedBy": {"userId": "alice", "name": "Alice"},
        "changed": ["notes"],
    }


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({}, []),
        ({"title": {"S": "Other"}, "status": {"S": "cancelled"}}, ["status", "title"]),
        ({"startsAt": {"S": "2026-01-31T08:00:00Z"}}, ["startsAt"]),
        ({"startsAt": {"S": "2026-01-31T10:00:00+01:00"}}, []),
        ({"patient": {"M": SAVED["patient"]["M"] | {"phone": {"S": "1"}}}}, ["patient"]),
    ],
)
def test_save_frame_lists_changed_fields(fields: Image, changed: list[str]) -> None:
    assert changed_by(**fields) == changed


@pytest.mark.parametrize(
    "ignored",
    [
        record("LOCK", None, FREE),
        record("APPOINTMENT", SAVED | {"lockVersion": {"N": "1767225600002"}}, SAVED),
        record("REVISION#000000000002", {"pk": {"S": TOPIC}, "sk": {"S": "REVISION#000000000002"}}),
        record("TENANT", {"pk": {"S": "TENANT#t1"}, "sk": {"S": "TENANT"}}, pk="TENANT#t1"),
        record("MEMBER#alice", {"pk": {"S": "TENANT#t1"}, "sk": {"S": "MEMBER#alice"}}, pk="TENANT#t1"),
        record("ACCOUNT", None, {"pk": {"S": "EMAIL#a"}, "sk": {"S": "ACCOUNT"}}, pk="EMAIL#a"),
    ],
    ids=["lock cleared away", "version kept", "revision", "tenant", "member", "account"],
)
def test_other_changes_have_no_events(ignored: StreamRecord) -> None:
    assert events_for(ignored, no_draft) == []


CALENDARS = ("TENANT#t1#CALENDAR", "TENANT#t1#DOCTOR#d1#CALENDAR")
VISITORS = "TENANT#t1#PUBLIC"
NINE, FIVE_PAST_NINE, HALF_PAST_NINE = (f"2026-01-31T{time}Z" for time in ("09:00:00", "09:05:00", "09:30:00"))
HOURS = "TENANT#t1#TIME#DOCTOR#d1"


def cell_image(by: str, start: str, end: str, **more: str) -> Image:
    """Return a cell of an hour; of a slot hold if it has `until`."""
    times = {
        name: to_ms(datetime.fromisoformat(text)) for name, text in {"start": start, "end": end, **more}.items()
    }
    return {"M": {"by": {"S": by}, **{name: {"N": str(value)} for name, value in times.items()}}}


def hour_image(**cells: Image) -> Image:
    """Return the item of the hour from nine, with these cells."""
    return {"pk": {"S": HOURS}, "sk": {"S": "HOUR#2026-01-31T09"}, **cells}


def frames_for(topic: str, of: StreamRecord) -> list[dict[str, Any]]:
    """Return the frames of a record for the subscribers of a topic, reduced to the fields that vary."""
    frames = (to_json(each.frame) for each in events_for(of, no_draft) if is_for(each, topic))
    kept = ("type", "appointmentVersion", "doctorId", "start", "end", "state")
    return [{name: frame[name] for name in kept if name in frame} for frame in frames]


def slots_for(topic: str, new: Image | None, old: Image | None) -> list[tuple[str, str]]:
    """Return the start and state of each slot in an hour."""
    frames = frames_for(topic, record("HOUR#2026-01-31T09", new, old, HOURS))
    assert all((each["type"], each["doctorId"]) == ("slot-updated", "d1") for each in frames)
    return [(each["start"], each["state"]) for each in frames]


def updated(version: int) -> dict[str, Any]:
    return {"type": "appointment-updated", "appointmentVersion": version}


BOOKED = {"c00": cell_image("a1", NINE, HALF_PAST_NINE), "c05": cell_image("a1", NINE, HALF_PAST_NINE)}
HELD_UNTIL = "2026-01-01T00:05:00Z"
ON_HOLD = {name: cell_image("h1", NINE, HALF_PAST_NINE, until=HELD_UNTIL) for name in BOOKED}


@pytest.mark.parametrize("calendar", CALENDARS)
def test_new_appointment_reaches_calendars(calendar: str) -> None:
    assert frames_for(calendar, record("APPOINTMENT", BEFORE)) == [updated(1)]


@pytest.mark.parametrize("topic", [*CALENDARS, VISITORS])
def test_slot_becomes_held_booked_and_free(topic: str) -> None:
    assert slots_for(topic, hour_image(**ON_HOLD), None) == [(NINE, "held")]
    assert slots_for(topic, hour_image(**BOOKED), hour_image(**ON_HOLD)) == [(NINE, "booked")]
    assert slots_for(topic, hour_image(), hour_image(**BOOKED)) == [(NINE, "free")]
    assert slots_for(topic, hour_image(), hour_image(**ON_HOLD)) == [(NINE, "free")]


def test_freed_slot_comes_before_its_replacement() -> None:
    moved = {"c05": cell_image("a1", FIVE_PAST_NINE, HALF_PAST_NINE)}

    assert slots_for(VISITORS, hour_image(**moved), hour_image(**BOOKED)) == [
        (NINE, "free"),
        (FIVE_PAST_NINE, "booked"),
    ]


def test_expired_hold_taken_by_another_is_held() -> None:
    others = {"c05": cell_image("h2", FIVE_PAST_NINE, HALF_PAST_NINE, until=HELD_UNTIL)}
    lapsed = {"c00": ON_HOLD["c00"], **others}

    assert slots_for(VISITORS, hour_image(**others), hour_image(**lapsed)) == [
        (NINE, "free"),
        (FIVE_PAST_NINE, "held"),
    ]


def test_slot_belongs_to_the_hour_of_its_start() -> None:
    later = {"c00": cell_image("a2", "2026-01-31T08:30:00Z", FIVE_PAST_NINE)}

    assert slots_for(VISITORS, hour_image(**later), None) == []


def test_slot_frame_has_no_buffers_and_no_owner() -> None:
    buffered = {
        "c00": cell_image("a1", FIVE_PAST_NINE, HALF_PAST_NINE),
        "c05": cell_image("a1", FIVE_PAST_NINE, HALF_PAST_NINE),
    }
    event = frames_for(VISITORS, record("HOUR#2026-01-31T09", hour_image(**buffered), None, HOURS))

    assert event == [
        {
            "type": "slot-updated",
            "doctorId": "d1",
            "start": FIVE_PAST_NINE,
            "end": HALF_PAST_NINE,
            "state": "booked",
        }
    ]


def test_removed_hour_has_no_events() -> None:
    assert slots_for(VISITORS, None, hour_image(**BOOKED)) == []


def test_change_of_doctor_reaches_both_calendars() -> None:
    old_doctor, new_doctor = (f"TENANT#t1#DOCTOR#{doctor}#CALENDAR" for doctor in ("d1", "d2"))
    moved = record("APPOINTMENT", SAVED | {"doctorId": {"S": "d2"}}, BEFORE)

    assert frames_for(old_doctor, moved) == frames_for(new_doctor, moved) == [updated(2)]


def test_visitors_get_no_appointment_events() -> None:
    assert frames_for(VISITORS, record("APPOINTMENT", SAVED, BEFORE)) == []
