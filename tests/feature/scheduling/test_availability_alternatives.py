"""Alternatives to a taken slot, and searches with own time."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.core.clock import utc_now
from chalicelib.scheduling.model.availability.slots import Slot
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.service.search import SlotSearch, find_alternatives, find_slots
from chalicelib.scheduling.service.tenant_schedule import load_schedule
from tests.app_client.dynamodb_calls import calls_of, consistency_of_queries
from tests.app_client.practice import Practice
from tests.feature.scheduling.test_availability import MORNINGS, at, monday, open_practice

__all__ = ["monday", "open_practice"]


def offered(practice: Practice, schedule: TenantSchedule, start: str, *, mine: tuple[str, ...] = ()) -> list[Slot]:
    return find_alternatives(
        practice.tenant.id,
        schedule,
        practice.service_id,
        practice.doctor_id,
        datetime.fromisoformat(start),
        now=utc_now(),
        owned_ids=mine,
    )


def test_alternatives_are_next_five_of_same_doctor(open_practice: Practice, monday: date) -> None:
    open_practice.creates_appointment(startsAt=at(monday, 9, 30))
    tuesday = monday + timedelta(days=1)

    found = offered(open_practice, load_schedule(open_practice.tenant.id), at(monday, 9, 30))

    wanted = [at(monday, 10), at(monday, 10, 30), at(tuesday, 9), at(tuesday, 9, 30), at(tuesday, 10)]
    assert [slot.start for slot in found] == [datetime.fromisoformat(start) for start in wanted]
    assert {slot.doctor_id for slot in found} == {open_practice.doctor_id}


def test_alternatives_are_read_consistently(open_practice: Practice, monday: date) -> None:
    schedule = load_schedule(open_practice.tenant.id)

    with consistency_of_queries("#TIME#") as reads:
        offered(open_practice, schedule, at(monday, 9, 30))

    assert set(reads) == {True}


def test_alternatives_fall_back_to_other_doctors(open_practice: Practice, monday: date) -> None:
    admin, path = open_practice.admin, f"/doctors/{open_practice.doctor_id}"
    hours = [{"date": f"{monday}", "start": "09:00", "end": "10:00"}]
    admin.patch(path, {"workingHours": [], "exceptions": hours})
    form = {"timeZone": "Europe/Lisbon", "workingHours": MORNINGS, "name": "Dr. Eyes", "serviceIds": []}
    admin.post("/doctors", form)
    reis = admin.post("/doctors", form | {"name": "Dr. Reis", "serviceIds": [open_practice.service_id]})["id"]
    open_practice.creates_appointment(startsAt=at(monday, 9))
    schedule = load_schedule(open_practice.tenant.id)

    with calls_of("other times, four weeks and two doctors") as calls:
        found = offered(open_practice, schedule, at(monday, 9))

    assert [slot.doctor_id for slot in found] == [open_practice.doctor_id, reis, reis, reis, reis]
    starts = [slot.start for slot in found]
    assert starts[0] == datetime.fromisoformat(at(monday, 9, 30))
    assert starts[1:] == sorted(starts[1:])
    assert starts[1] == datetime.fromisoformat(at(monday, 9)), "at the requested time"
    assert len(calls) <= 3, "no day twice, and no day without work"


def test_alternatives_of_missing_service_or_doctor_are_empty(open_practice: Practice, monday: date) -> None:
    schedule = load_schedule(open_practice.tenant.id)

    assert offered(open_practice, replace(schedule, services={}), at(monday, 9)) == []
    assert offered(open_practice, replace(schedule, doctors={}), at(monday, 9)) == []


def test_own_time_counts_as_free(open_practice: Practice, monday: date) -> None:
    mine = open_practice.creates_appointment(startsAt=at(monday, 9))
    nine = datetime.fromisoformat(at(monday, 9))
    search = SlotSearch(open_practice.service_id, None, nine, nine + timedelta(minutes=1))

    assert find_slots(open_practice.tenant.id, search) == []
    (slot,) = find_slots(open_practice.tenant.id, search, owned_ids=(mine,))
    assert slot.start == nine
