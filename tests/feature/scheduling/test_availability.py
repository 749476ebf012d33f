"""Search for free slots over HTTP."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.clock import rfc3339, utc_now
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.response import Response

LISBON = ZoneInfo("Europe/Lisbon")
MORNINGS = [{"weekday": weekday, "start": "09:00", "end": "11:00"} for weekday in range(1, 8)]


def coming(weekday: int, *, weeks: int = 1) -> date:
    """Return the date of this ISO weekday, in the week after next or later."""
    today = utc_now().astimezone(LISBON).date()
    return today + timedelta(days=7 * weeks + (weekday - today.isoweekday()) % 7)


def at(day: date, hour: int, minute: int = 0) -> str:
    """Return a local time in Lisbon as the API formats it."""
    return rfc3339(datetime.combine(day, time(hour, minute), LISBON))


def starts(answer: Response) -> list[str]:
    assert answer.status == 200, answer.body
    return [slot["start"] for slot in answer["slots"]]


@pytest.fixture
def monday() -> date:
    """Return a Monday after the minimum notice."""
    return coming(1)


@pytest.fixture
def open_practice(practice: Practice) -> Practice:
    """Return a practice with a doctor at work from nine to eleven; a start every half hour."""
    practice.admin.patch(f"/doctors/{practice.doctor_id}", {"workingHours": MORNINGS})
    rules = practice.admin.get("/booking-rules").body
    practice.admin.put("/booking-rules", rules | {"slotStepMinutes": 30})
    return practice


def free(practice: Practice, query: str, member: Member | None = None) -> Response:
    return (member or practice.admin).get(f"/availability?serviceId={practice.service_id}&{query}")


def on(day: date, **more: object) -> str:
    others = "".join(f"&{name}={value}" for name, value in more.items())
    return f"from={day}&to={day + timedelta(days=1)}{others}"


def test_free_morning_is_offered_in_steps(open_practice: Practice, monday: date) -> None:
    answer = free(open_practice, on(monday))

    assert answer["timeZone"] == "Europe/Lisbon", "dates are read in the practice's zone"
    assert answer["slots"] == [
        {"doctorId": open_practice.doctor_id, "start": at(monday, hour, minute), "end": end}
        for hour, minute, end in (
            (9, 0, at(monday, 9, 30)),
            (9, 30, at(monday, 10)),
            (10, 0, at(monday, 10, 30)),
            (10, 30, at(monday, 11)),
        )
    ]


def test_booked_time_and_buffers_are_not_offered(open_practice: Practice, monday: date) -> None:
    open_practice.admin.patch(f"/services/{open_practice.service_id}", {"bufferAfterMinutes": 5})
    open_practice.creates_appointment(startsAt=at(monday, 9, 30))

    assert starts(free(open_practice, on(monday))) == [at(monday, 10, 30)]


def test_breaks_and_exceptions_are_not_offered(open_practice: Practice, monday: date) -> None:
    tuesday, doctor = monday + timedelta(days=1), f"/doctors/{open_practice.doctor_id}"
    open_practice.admin.patch(
        doctor,
        {
            "breaks": [{"weekday": 2, "start": "10:00", "end": "10:30"}],
            "exceptions": [
                {"date": f"{monday}", "closed": True},
                {"date": f"{monday}", "start": "20:00", "end": "20:30"},
            ],
        },
    )

    assert starts(free(open_practice, f"from={monday}&to={tuesday + timedelta(days=1)}")) == [
        at(monday, 20),
        at(tuesday, 9),
        at(tuesday, 9, 30),
        at(tuesday, 10, 30),
    ]


def test_slots_of_several_doctors_are_in_order_of_time(open_practice: Practice, monday: date) -> None:
    second = open_practice.admin.post(
        "/doctors",
        {
            "name": "Dr. Reis",
            "timeZone": "Asia/Kathmandu",
            "serviceIds": [open_practice.service_id],
            "workingHours": [{**hours, "start": "14:00", "end": "24:00"} for hours in MORNINGS],
        },
    )["id"]

    both = free(open_practice, f"from={monday}&limit=5")
    hers = free(open_practice, f"from={monday}&limit=5&doctorIds={second}")

    assert starts(both) == sorted(starts(both))
    assert len(starts(both)) == len(starts(hers)) == 5
    assert {slot["doctorId"] for slot in both["slots"]} <= {open_practice.doctor_id, second}
    assert {slot["doctorId"] for slot in hers["slots"]} == {second}
    named = free(open_practice, f"from={monday}&limit=5&doctorIds={second},{open_practice.doctor_id}")
    assert {*starts(named)} == {*starts(both)}


def test_time_zone_applies_to_dates_and_local_starts(open_practice: Practice, monday: date) -> None:
    answer = free(open_practice, on(monday, timeZone="Asia/Kathmandu"))

    assert answer["timeZone"] == "Asia/Kathmandu"
    first = answer["slots"][0]
    assert first["start"] == at(monday, 9)
    local = datetime.fromisoformat(first["localStart"])
    assert local == datetime.fromisoformat(first["start"])
    assert local.utcoffset() == timedelta(hours=5, minutes=45)
    far = free(open_practice, on(monday, timeZone="Pacific/Kiritimati"))
    assert far["slots"]
    assert {slot["localStart"][:10] for slot in far["slots"]} == {f"{monday}"}, "it is still Sunday in Lisbon"


def test_range_of_instants_is_half_open(open_practice: Practice, monday: date) -> None:
    nine, ten = at(monday, 9), at(monday, 10)

    assert starts(free(open_practice, f"from={nine}&to={ten}")) == [nine, at(monday, 9, 30)]


def test_default_range_is_from_notice_to_horizon(open_practice: Practice) -> None:
    rules = {"minimumNoticeMinutes": 48 * 60, "horizonDays": 4, "slotStepMinutes": 30, "changeCutoffMinutes": 0}
    open_practice.admin.put("/booking-rules", rules)
    before = utc_now()

    found = [datetime.fromisoformat(start) for start in starts(free(open_practice, "limit=1000"))]

    assert len(found) == 8, "two mornings"
    assert before + timedelta(days=2) <= found[0] < found[-1] < utc_now() + timedelta(days=4)


def test_taken_room_blocks_every_doctor(open_practice: Practice, monday: date) -> None:
    admin, service = open_practice.admin, f"/services/{open_practice.service_id}"
    rooms = [admin.post("/resources", {"name": f"Room {number}"})["id"] for number in (1, 2)]
    admin.patch(service, {"needs": [{"anyOf": rooms}]})
    other = {"name": "Dr. Reis", "timeZone": "Europe/Lisbon", "serviceIds": [open_practice.service_id]}
    others = [admin.post("/doctors", other | {"name": f"Dr. {name}"})["id"] for name in ("Reis", "Sá")]

    open_practice.creates_appointment(startsAt=at(monday, 9), doctorId=others[0])
    assert at(monday, 9) in starts(free(open_practice, on(monday))), "the other room is free"
    open_practice.creates_appointment(startsAt=at(monday, 9), doctorId=others[1])
    assert at(monday, 9) not in starts(free(open_practice, on(monday)))
    admin.patch(service, {"needs": []})
    assert at(monday, 9) in starts(free(open_practice, on(monday)))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-03-02&to=2026-03-02", "to"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("from=2026-03-02&to=2027-03-04", "to"),
        ("from=yesterday", "from"),
        ("from=2026-02-29", "from"),
        ("to=2026-03-02T09:00:00", "to"),
        ("from=9999-12-31", "from"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("timeZone=Mars/Olympus", "timeZone"),
        ("doctorIds=nobody", "doctorIds"),
        ("colour=red", "colour"),
    ],
)
def test_invalid_search_reports_field(practice: Practice, query: str, field: str) -> None:
    refused = free(practice, query)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["field"] for fault in refused["errors"]] == [field]


def test_archived_or_foreign_ids_are_rejected(open_practice: Practice) -> None:
    stranger = Practice("Elsewhere")
    refused = free(open_practice, f"doctorIds={open_practice.doctor_id}", stranger.admin)
    assert [fault["field"] for fault in refused["errors"]] == ["doctorIds", "serviceId"]

    open_practice.admin.delete(f"/doctors/{open_practice.doctor_id}")
    assert starts(free(open_practice, "")) == []
    assert free(open_practice, f"doctorIds={open_practice.doctor_id}").status == 422
    open_practice.admin.delete(f"/services/{open_practice.service_id}")
    assert free(open_practice, "").status == 422
    assert open_practice.admin.get("/availability").status == 422


def test_search_makes_one_query_per_working_doctor(open_practice: Practice, monday: date) -> None:
    form: dict[str, Any] = {"name": "Dr. Away", "timeZone": "Asia/Tokyo", "serviceIds": [open_practice.service_id]}
    open_practice.admin.post("/doctors", form)
    open_practice.admin.post("/doctors", form | {"name": "Dr. Reis", "workingHours": MORNINGS})
    week = f"from={monday}&to={monday + timedelta(days=7)}&timeZone=UTC&limit=1000"

    with calls_of("free time of two doctors, a week") as calls:
        assert len(starts(free(open_practice, week))) == 56
    with calls_of("the next five with two doctors") as few:
        assert len(starts(free(open_practice, "limit=5&timeZone=UTC"))) == 5

    assert calls == ["Query"] * 3, "the schedule, and each working doctor"
    assert few == ["Query"] * 3, "one day"


def test_long_range_is_read_in_steps_once(open_practice: Practice) -> None:
    now = datetime.now(UTC)
    rules = open_practice.admin.get("/booking-rules").body
    open_practice.admin.put("/booking-rules", rules | {"minimumNoticeMinutes": 0})

    with calls_of("all free time of a doctor up to the horizon") as calls:
        found = starts(free(open_practice, "limit=1000&timeZone=UTC"))

    assert len(found) == len({*found})
    assert found == sorted(found)
    assert now.isoformat() < found[0]
    assert 4 * 89 <= len(found) <= 4 * 91
    assert calls == ["Query"] * 6, "the schedule, a day, a week, and three times four weeks"
