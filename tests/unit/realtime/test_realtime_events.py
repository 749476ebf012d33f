"""A record of the table's stream becomes the frame that its followers get."""

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
    """A stream record: an INSERT has no old image, a REMOVE no new one."""
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
    """A member's tab."""
    return Tab(Principal("t1", user_id, f"{user_id}@practice.test", user_id.title(), "staff"), session_id)


def no_draft(*_: str) -> bool:
    return False


def reaches(told: OutgoingEvent, topic: str) -> bool:
    """Whether the followers of a topic are told."""
    return not isinstance(told.recipients, Tab) and topic in told.recipients


def news(of: StreamRecord) -> Frame:
    """What everybody is told who has the appointment open."""
    told, *_ = events_for(of, no_draft)
    assert reaches(told, TOPIC)
    return told.frame


def lock_frame(new: Image | None, old: Image | None = None) -> LockFrame:
    frame = news(record("LOCK", new, old))
    assert isinstance(frame, LockFrame)
    return frame


def changed_by(**fields: Any) -> list[str]:
    frame = news(record("APPOINTMENT", SAVED | fields, BEFORE))
    assert isinstance(frame, AppointmentUpdated)
    return frame.changed


@pytest.mark.parametrize("old", [None, FREE], ids=["never locked", "free before"])
def test_a_lock_that_was_taken_is_told_with_its_lease(old: Image | None) -> None:
    frame = lock_frame(HELD, old)

    assert (frame.type, frame.cause, frame.version) == ("lock-acquired", "acquired", 1767225600002)
    assert frame.lock is not None
    assert frame.lock.user_info == UserInfo("Alice", "alice@practice.test")
    wire = to_json(frame.redacted_for(tab("alice", HELD["sessionId"]["S"])))
    assert wire["at"] == "2026-01-01T00:01:00Z"
    assert wire["appointmentId"] == wire["lock"]["appointmentId"] == "a1"
    assert wire["lock"]["expiresAt"] == "2026-01-01T00:05:00.500Z"
    assert wire["lock"]["lockId"] == "t1.secret"


def test_only_the_holder_is_told_the_lock_id() -> None:
    for other in (tab("bob", HELD["sessionId"]["S"]), tab("alice", "another-tab-00000")):
        lock = to_json(lock_frame(HELD).redacted_for(other))["lock"]

        assert lock["userId"] == "alice"
        assert {"lockId", "sessionId"}.isdisjoint(lock)


def test_a_renewal_is_an_update() -> None:
    frame = lock_frame(HELD | {"cause": {"S": "renewed"}}, HELD)

    assert (frame.type, frame.cause) == ("lock-update", "renewed")


@pytest.mark.parametrize("cause", ["released", "expired"])
def test_the_end_of_a_lock_is_told_without_a_lease(cause: str) -> None:
    frame = lock_frame(FREE | {"cause": {"S": cause}}, HELD)

    assert (frame.type, frame.cause, frame.lock) == ("lock-released", cause, None)
    assert to_json(frame)["lock"] is None


def test_a_hold_that_ttl_removed_has_expired() -> None:
    frame = lock_frame(None, HELD)

    assert (frame.type, frame.cause, frame.lock, frame.version) == (
        "lock-released",
        "expired",
        None,
        1767225600003,
    )
    assert to_json(frame)["at"] == "2026-01-01T00:05:00.500Z"


@pytest.mark.parametrize("cause", get_args(Cause))
def test_every_cause_has_a_frame(cause: str) -> None:
    *_, told = events_for(record("LOCK", HELD | {"cause": {"S": cause}}), no_draft)

    assert isinstance(told.frame, LockFrame)
    assert told.frame.cause == cause


def test_a_save_is_told_with_its_version_and_who_and_what() -> None:
    frame = news(record("APPOINTMENT", SAVED | {"notes": {"S": "x"}}, BEFORE))

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
def test_the_fields_that_a_save_changed_are_named(fields: Image, changed: list[str]) -> None:
    assert changed_by(**fields) == changed


@pytest.mark.parametrize(
    "silent",
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
def test_nobody_follows_other_changes(silent: StreamRecord) -> None:
    assert events_for(silent, no_draft) == []


CALENDARS = ("TENANT#t1#CALENDAR", "TENANT#t1#DOCTOR#d1#CALENDAR")
VISITORS = "TENANT#t1#PUBLIC"
NINE, FIVE_PAST_NINE, HALF_PAST_NINE = (f"2026-01-31T{time}Z" for time in ("09:00:00", "09:05:00", "09:30:00"))
SHEET = "TENANT#t1#TIME#DOCTOR#d1"


def cell(by: str, start: str, end: str, **more: str) -> Image:
    """One cell of a sheet, of a hold if it has `until`."""
    times = {
        name: to_ms(datetime.fromisoformat(text)) for name, text in {"start": start, "end": end, **more}.items()
    }
    return {"M": {"by": {"S": by}, **{name: {"N": str(value)} for name, value in times.items()}}}


def sheet(**cells: Image) -> Image:
    """The hour from nine, with these cells."""
    return {"pk": {"S": SHEET}, "sk": {"S": "HOUR#2026-01-31T09"}, **cells}


def told_to(topic: str, of: StreamRecord) -> list[dict[str, Any]]:
    """What the followers of a topic are told of a record, without what is the same each time."""
    frames = (to_json(each.frame) for each in events_for(of, no_draft) if reaches(each, topic))
    kept = ("type", "appointmentVersion", "doctorId", "start", "end", "state")
    return [{name: frame[name] for name in kept if name in frame} for frame in frames]


def told_of_hour(topic: str, new: Image | None, old: Image | None) -> list[tuple[str, str]]:
    """What became of the times that begin in an hour."""
    frames = told_to(topic, record("HOUR#2026-01-31T09", new, old, SHEET))
    assert all((each["type"], each["doctorId"]) == ("slot-updated", "d1") for each in frames)
    return [(each["start"], each["state"]) for each in frames]


def updated(version: int) -> dict[str, Any]:
    return {"type": "appointment-updated", "appointmentVersion": version}


BOOKED = {"c00": cell("a1", NINE, HALF_PAST_NINE), "c05": cell("a1", NINE, HALF_PAST_NINE)}
HELD_UNTIL = "2026-01-01T00:05:00Z"
ON_HOLD = {name: cell("h1", NINE, HALF_PAST_NINE, until=HELD_UNTIL) for name in BOOKED}


@pytest.mark.parametrize("calendar", CALENDARS)
def test_a_new_appointment_is_told_to_the_calendars(calendar: str) -> None:
    assert told_to(calendar, record("APPOINTMENT", BEFORE)) == [updated(1)]


@pytest.mark.parametrize("topic", [*CALENDARS, VISITORS])
def test_times_are_held_booked_and_free_again(topic: str) -> None:
    assert told_of_hour(topic, sheet(**ON_HOLD), None) == [(NINE, "held")]
    assert told_of_hour(topic, sheet(**BOOKED), sheet(**ON_HOLD)) == [(NINE, "booked")]
    assert told_of_hour(topic, sheet(), sheet(**BOOKED)) == [(NINE, "free")]
    assert told_of_hour(topic, sheet(), sheet(**ON_HOLD)) == [(NINE, "free")]


def test_what_became_free_is_told_before_what_is_taken_instead() -> None:
    moved = {"c05": cell("a1", FIVE_PAST_NINE, HALF_PAST_NINE)}

    assert told_of_hour(VISITORS, sheet(**moved), sheet(**BOOKED)) == [(NINE, "free"), (FIVE_PAST_NINE, "booked")]


def test_what_another_took_of_a_lapsed_hold_is_not_left_as_free() -> None:
    others = {"c05": cell("h2", FIVE_PAST_NINE, HALF_PAST_NINE, until=HELD_UNTIL)}
    lapsed = {"c00": ON_HOLD["c00"], **others}

    assert told_of_hour(VISITORS, sheet(**others), sheet(**lapsed)) == [(NINE, "free"), (FIVE_PAST_NINE, "held")]


def test_a_time_is_told_by_the_hour_in_which_it_begins() -> None:
    later = {"c00": cell("a2", "2026-01-31T08:30:00Z", FIVE_PAST_NINE)}

    assert told_of_hour(VISITORS, sheet(**later), None) == []


def test_buffers_and_whoever_has_the_time_show_nowhere() -> None:
    buffered = {
        "c00": cell("a1", FIVE_PAST_NINE, HALF_PAST_NINE),
        "c05": cell("a1", FIVE_PAST_NINE, HALF_PAST_NINE),
    }
    told = told_to(VISITORS, record("HOUR#2026-01-31T09", sheet(**buffered), None, SHEET))

    assert told == [
        {
            "type": "slot-updated",
            "doctorId": "d1",
            "start": FIVE_PAST_NINE,
            "end": HALF_PAST_NINE,
            "state": "booked",
        }
    ]


def test_an_hour_that_is_removed_long_after_is_no_news() -> None:
    assert told_of_hour(VISITORS, None, sheet(**BOOKED)) == []


def test_an_appointment_that_changes_its_doctor_concerns_both() -> None:
    old_doctor, new_doctor = (f"TENANT#t1#DOCTOR#{doctor}#CALENDAR" for doctor in ("d1", "d2"))
    moved = record("APPOINTMENT", SAVED | {"doctorId": {"S": "d2"}}, BEFORE)

    assert told_to(old_doctor, moved) == told_to(new_doctor, moved) == [updated(2)]


def test_visitors_are_told_nothing_of_an_appointment() -> None:
    assert told_to(VISITORS, record("APPOINTMENT", SAVED, BEFORE)) == []
