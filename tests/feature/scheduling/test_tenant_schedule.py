"""A tenant's schedule: doctors, services, rooms, devices and booking rules."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.dynamodb.connection import connection
from chalicelib.scheduling.service.tenant_schedule import load_schedule
from tests.app_client.dynamodb_calls import counted
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.response import Response

EVERY_DAY = [{"weekday": weekday, "start": "00:00", "end": "24:00"} for weekday in range(1, 8)]


def faults(answer: Response) -> dict[str, str]:
    """Return the messages by field."""
    assert (answer.status, answer.code) == (422, "VALIDATION"), answer.body
    return {fault["field"]: fault["message"] for fault in answer["errors"]}


def names(member: Member, path: str) -> list[str]:
    return [item["name"] for item in member.get(path)["items"]]


def test_change_doctor_changes_only_sent_fields(practice: Practice, alice: Member) -> None:
    (before,) = alice.get("/doctors")["items"]

    changed = practice.admin.patch(f"/doctors/{practice.doctor_id}", {"specialty": "Knees", "breaks": []})

    assert changed.status == 200
    assert changed.body == before | {"specialty": "Knees", "conflicts": []}
    assert alice.get("/doctors")["items"] == [before | {"specialty": "Knees"}]


def test_concurrent_changes_of_different_fields_both_last(practice: Practice) -> None:
    path = f"/doctors/{practice.doctor_id}"

    with meanwhile(lambda: practice.admin.patch(path, {"workingHours": EVERY_DAY})):
        changed = practice.admin.patch(path, {"name": "Dr. Nunes Reis"})

    now = load_schedule(practice.tenant.id).doctors[practice.doctor_id]
    assert (now.name, len(now.working_hours)) == ("Dr. Nunes Reis", 7)
    assert len(changed["workingHours"]) == 7, "the response has both changes"


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Act between the read and the write of the next change."""
    events = connection.client.meta.events

    def between(**_: object) -> None:
        events.unregister("before-call.dynamodb.UpdateItem", between)
        act()

    events.register("before-call.dynamodb.UpdateItem", between)
    yield


def test_archived_doctor_can_be_restored(practice: Practice) -> None:
    path = f"/doctors/{practice.doctor_id}"

    archived = practice.admin.delete(path)

    assert (archived.status, archived["archived"], archived["name"]) == (200, True, "Dr. Nunes")
    assert practice.admin.delete(path).body == archived.body, "idempotent"
    assert names(practice.admin, "/doctors") == []
    assert names(practice.admin, "/doctors?archived=true") == ["Dr. Nunes"]
    assert practice.admin.patch(path, {"archived": False})["archived"] is False
    assert names(practice.admin, "/doctors") == ["Dr. Nunes"]


def test_doctor_errors_are_all_reported(practice: Practice) -> None:
    service = practice.service_id
    hours = [
        {"weekday": 1, "start": "09:00", "end": "12:00"},
        {"weekday": 1, "start": "11:00", "end": "13:00"},
        {"weekday": 1, "start": "13:00", "end": "14:00"},
        {"weekday": 2, "start": "11:00", "end": "10:00"},
    ]
    holiday = {"date": "2026-12-25", "closed": True}
    form = {
        "name": "Dr. Reis",
        "timeZone": "Europe/Lisbon",
        "serviceIds": [service, service, "nothing"],
        "workingHours": hours,
        "breaks": hours[:2],
        "exceptions": [
            holiday,
            {"date": "2026-12-24", "start": "09:00", "end": "12:00"},
            {"date": "2026-12-24", "start": "11:00", "end": "13:00"},
            holiday,
            {"date": "2026-12-25", "start": "09:00"},
            {"date": "2026-12-25", "start": "09:00", "end": "10:00"},
        ],
    }

    expected = {
        "workingHours.1": "overlaps an earlier one of its weekday",
        "workingHours.3.end": "must be later than the start",
        "breaks.1": "overlaps an earlier one of its weekday",
        "exceptions.2": "overlaps an earlier one of its date",
        "exceptions.3": "closes a date that is closed already",
        "exceptions.4": "must be closed, or have both a start and an end",
        "serviceIds.1": "is named twice",
        "serviceIds.2": "is not a service of this practice",
    }
    assert faults(practice.admin.post("/doctors", form)) == expected
    del form["name"], form["timeZone"]
    assert faults(practice.admin.patch(f"/doctors/{practice.doctor_id}", form)) == expected


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "body"),
        ({"name": None}, "name"),
        ({"id": "x"}, "id"),
        ({"workingHours": [{}]}, "workingHours.0.weekday"),
    ],
)
def test_invalid_change_reports_field(practice: Practice, change: dict[str, object], field: str) -> None:
    assert field in faults(practice.admin.patch(f"/doctors/{practice.doctor_id}", change))


def test_archived_service_may_only_be_kept(practice: Practice) -> None:
    practice.admin.delete(f"/services/{practice.service_id}")
    form = {"name": "Dr. Reis", "timeZone": "Europe/Lisbon", "serviceIds": [practice.service_id]}

    assert set(faults(practice.admin.post("/doctors", form))) == {"serviceIds.0"}
    assert practice.admin.patch(f"/doctors/{practice.doctor_id}", form).status == 200


def test_change_service_updates_and_removes_fields(practice: Practice) -> None:
    path = f"/services/{practice.service_id}"
    (before,) = practice.admin.get("/services")["items"]

    assert practice.admin.patch(path, {"price": "30.00", "bufferAfterMinutes": 10}).body == before | {
        "price": "30.00",
        "bufferAfterMinutes": 10,
    }
    assert practice.admin.patch(path, {"price": None})["price"] is None
    too_long = {"durationMinutes": "must be 24 hours at most, the buffers before and after included"}
    assert faults(practice.admin.patch(path, {"bufferBeforeMinutes": 1430})) == too_long
    assert faults(
        practice.admin.post("/services", {"name": "x", "durationMinutes": 1440, "bufferAfterMinutes": 5})
    )
    assert practice.admin.delete(path)["archived"] is True
    assert names(practice.admin, "/services") == []


def test_service_with_unknown_resources_is_rejected(practice: Practice) -> None:
    room, device = (
        practice.admin.post("/resources", {"name": name, "kind": kind})["id"]
        for name, kind in (("Room 1", "room"), ("Laser", "device"))
    )
    form: dict[str, Any] = {
        "name": "Skin",
        "durationMinutes": 30,
        "needs": [{"anyOf": [room]}, {"anyOf": [device]}],
    }

    service = practice.admin.post("/services", form)

    assert service["needs"] == form["needs"]
    assert names(practice.admin, "/resources") == ["Laser", "Room 1"]
    wrong = {**form, "needs": [{"anyOf": [room, room, "none"]}, {"anyOf": []}]}
    assert set(faults(practice.admin.post("/services", wrong))) == {"needs.1.anyOf"}
    wrong["needs"].pop()
    assert set(faults(practice.admin.post("/services", wrong))) == {"needs.0.anyOf.1", "needs.0.anyOf.2"}
    one_for_two = {**form, "needs": [{"anyOf": [room]}, {"anyOf": [room]}]}
    assert set(faults(practice.admin.post("/services", one_for_two))) == {"needs"}


def test_last_room_of_a_service_cannot_be_archived(practice: Practice) -> None:
    rooms = [practice.admin.post("/resources", {"name": f"Room {number}"})["id"] for number in (1, 2)]
    form = {"name": "Skin check", "durationMinutes": 30, "needs": [{"anyOf": rooms}]}
    service = practice.admin.post("/services", form)["id"]

    assert practice.admin.delete(f"/resources/{rooms[0]}")["archived"] is True
    refused = practice.admin.delete(f"/resources/{rooms[1]}")

    assert faults(refused) == {
        "archived": "would leave nothing to do “Skin check” with; change that service first"
    }
    practice.admin.delete(f"/services/{service}")
    assert practice.admin.patch(f"/resources/{rooms[1]}", {"archived": True, "name": "Store"}).status == 200
    assert set(faults(practice.admin.patch(f"/services/{service}", {"archived": False}))) == {"needs"}
    assert names(practice.admin, "/resources?archived=true") == ["Room 1", "Store"]


def test_booking_rules_can_be_replaced(practice: Practice, alice: Member) -> None:
    rules = {"minimumNoticeMinutes": 60, "horizonDays": 30, "slotStepMinutes": 20, "changeCutoffMinutes": 1440}
    of_a_new_practice = {
        "minimumNoticeMinutes": 120,
        "horizonDays": 90,
        "slotStepMinutes": 15,
        "changeCutoffMinutes": 60,
    }

    assert alice.get("/booking-rules").body == of_a_new_practice
    assert practice.admin.put("/booking-rules", rules).body == rules
    assert alice.get("/booking-rules").body == rules
    assert faults(practice.admin.put("/booking-rules", rules | {"slotStepMinutes": 7})) == {
        "slotStepMinutes": "must be a multiple of 5"
    }


def test_schedule_changes_by_staff_are_forbidden(practice: Practice, alice: Member) -> None:
    doctor, service = f"/doctors/{practice.doctor_id}", f"/services/{practice.service_id}"
    rules = alice.get("/booking-rules").body
    refusals = [
        alice.patch(doctor, {"name": "x"}),
        alice.delete(doctor),
        alice.patch(service, {"name": "x"}),
        alice.delete(service),
        alice.post("/resources", {"name": "Room 1"}),
        alice.patch("/resources/any", {"name": "x"}),
        alice.delete("/resources/any"),
        alice.put("/booking-rules", rules),
    ]

    assert [(refused.status, refused.code) for refused in refusals] == [(403, "FORBIDDEN")] * len(refusals)


def test_schedule_of_other_tenant_is_not_found(practice: Practice) -> None:
    stranger = Practice("Elsewhere").admin
    paths = [
        f"/doctors/{practice.doctor_id}",
        f"/services/{practice.service_id}",
        "/resources/none",
        "/doctors/%23",
    ]

    for path in paths:
        assert stranger.patch(path, {"name": "Mine"}).status == 404
        assert stranger.delete(path).status == 404
    assert names(practice.admin, "/doctors") == ["Dr. Nunes"]


def test_change_service_makes_two_calls_and_doctor_three(practice: Practice) -> None:
    with counted() as of_service:
        practice.admin.patch(f"/services/{practice.service_id}", {"name": "Check"})
    with counted() as of_doctor:
        practice.admin.patch(f"/doctors/{practice.doctor_id}", {"name": "Dr. N."})

    assert (of_service, of_doctor) == (["Query", "UpdateItem"], ["Query", "UpdateItem", "Query"])


def test_booked_appointments_outside_new_hours_are_listed(practice: Practice) -> None:
    path = f"/doctors/{practice.doctor_id}"
    practice.admin.patch(path, {"workingHours": EVERY_DAY})
    start = (datetime.now(UTC) + timedelta(days=7)).replace(hour=10, minute=0, second=0, microsecond=0)
    booked = practice.creates_appointment(startsAt=start.isoformat())
    conflict = {
        "appointmentId": booked,
        "start": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{start:%Y-%m-%dT10:30:00Z}",
    }
    holiday = [{"date": f"{start:%Y-%m-%d}", "closed": True}]

    assert practice.admin.patch(path, {"specialty": "Knees"})["conflicts"] == []
    assert practice.admin.patch(path, {"exceptions": holiday})["conflicts"] == [conflict]
    assert practice.admin.patch(path, {"exceptions": []})["conflicts"] == []
    assert practice.admin.delete(path)["conflicts"] == [conflict]
    seen = practice.admin.get(f"/appointments/{booked}")
    assert (seen["startsAt"], seen["status"]) == (conflict["start"], "confirmed")
