"""Builders of schedules, appointments and holds."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.booking.model.hold import HoldForm
from chalicelib.booking.service import holds
from chalicelib.core.clock import rfc3339, utc_now
from tests.app_client.member import Member
from tests.app_client.patient import Patient
from tests.app_client.practice import Practice
from tests.app_client.response import Response

ALWAYS = [{"weekday": weekday, "start": "00:00", "end": "24:00"} for weekday in range(1, 8)]


def sets_rules(practice: Practice, **fields: int) -> None:
    """Set booking rules; by default patients can book anything within a year."""
    rules = {"minimumNoticeMinutes": 0, "horizonDays": 366, "slotStepMinutes": 15, "changeCutoffMinutes": 60}
    assert practice.admin.put("/booking-rules", rules | fields).status == 200


def changes_doctor(practice: Practice, **fields: object) -> Response:
    """Change the practice's doctor."""
    answer = practice.admin.patch(f"/doctors/{practice.doctor_id}", fields)
    assert answer.status == 200, answer.body
    return answer


def changes_service(practice: Practice, **fields: object) -> None:
    """Change the practice's service."""
    answer = practice.admin.patch(f"/services/{practice.service_id}", fields)
    assert answer.status == 200, answer.body


def adds_doctor(practice: Practice, **fields: object) -> str:
    """Add a doctor for the same service, working day and night; returns the id."""
    form = {"name": "Dr. Reis", "timeZone": "UTC", "serviceIds": [practice.service_id], "workingHours": ALWAYS}
    added: str = practice.admin.post("/doctors", form | fields)["id"]
    return added


def adds_rooms(practice: Practice, *names: str) -> list[str]:
    """Add rooms and let the practice's service need any one of them; returns their ids."""
    rooms = [practice.admin.post("/resources", {"name": name})["id"] for name in names]
    changes_service(practice, needs=[{"anyOf": rooms}])
    return rooms


def creates_appointment(member: Member, practice: Practice, start: datetime, **fields: object) -> Response:
    """Enter an appointment as staff."""
    return member.post("/appointments", practice.appointment_form(startsAt=rfc3339(start), **fields))


def offered_starts(patient: Patient, day: date, zone: str = "UTC", **query: object) -> list[str]:
    """Return the starts that a patient is offered on a date, on the clock of a zone."""
    dates = {"from": f"{day:%Y-%m-%d}", "to": f"{day + timedelta(days=1):%Y-%m-%d}"}
    found = patient.searches(**dates, timeZone=zone, limit=1000, **query)
    assert found.status == 200, found.body
    return [slot["localStart"][11:16] for slot in found["slots"]]


def hold_made_ago(patient: Patient, start: datetime, seconds_ago: int) -> None:
    """Hold a slot in the past; a hold lapses after 300 seconds."""
    practice, then = patient.practice, utc_now() - timedelta(seconds=seconds_ago)
    form = HoldForm(practice.service_id, practice.doctor_id, start)
    held = holds.create_hold(practice.tenant.id, form, clock=lambda: then)
    patient.hold_id, patient.hold_token = held.hold_id, held.hold_token


def day_of_change(zone: str, *, forward: bool) -> date:
    """Return the next date, from tomorrow on, on which the clocks of a zone go forward or back."""
    place, day = ZoneInfo(zone), utc_now().date()
    while True:
        day += timedelta(days=1)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=place)
        before = (noon - timedelta(days=1)).utcoffset() or timedelta()
        after = noon.utcoffset() or timedelta()
        if before != after and (after > before) == forward:
            return day
