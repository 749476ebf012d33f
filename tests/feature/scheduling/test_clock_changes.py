"""Clock changes and time zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.feature.schedule_builders import (
    changes_doctor,
    changes_service,
    day_of_change,
    offered_starts,
    sets_rules,
)

pytestmark = pytest.mark.slow

LISBON, NEW_YORK, LORD_HOWE = "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe"


def works_at_night(practice: Practice, zone: str, end: str = "04:00") -> None:
    """Set night hours, hourly starts and a horizon of a year."""
    hours = [{"weekday": weekday, "start": "00:00", "end": end} for weekday in range(1, 8)]
    changes_doctor(practice, timeZone=zone, workingHours=hours)
    sets_rules(practice, slotStepMinutes=60)


def instant(day: date, hour: int, zone: str, *, minute: int = 0, again: bool = False) -> datetime:
    """Return the instant of a reading in a zone; `again` for its second pass."""
    read = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone), fold=int(again))
    return read.astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "forward", "expected"),
    [
        (LISBON, True, ["00:00", "02:00", "03:00"]),
        (LISBON, False, ["00:00", "01:00", "02:00", "03:00"]),
        (NEW_YORK, True, ["00:00", "01:00", "03:00"]),
        (NEW_YORK, False, ["00:00", "01:00", "02:00", "03:00"]),
        (LORD_HOWE, True, ["00:00", "01:00", "03:00"]),
        (LORD_HOWE, False, ["00:00", "01:00", "02:00", "03:00"]),
    ],
)
def test_skipped_hour_is_not_offered_and_repeated_hour_once(
    practice: Practice, patient: Patient, zone: str, expected: list[str], *, forward: bool
) -> None:
    works_at_night(practice, zone)
    night = day_of_change(zone, forward=forward)

    assert offered_starts(patient, night, zone) == expected
    assert offered_starts(patient, night + timedelta(days=1), zone) == ["00:00", "01:00", "02:00", "03:00"]


@pytest.mark.parametrize(("zone", "hour"), [(LISBON, 1), (NEW_YORK, 1)])
def test_repeated_hour_is_booked_at_its_first_pass(
    practice: Practice, patient: Patient, zone: str, hour: int
) -> None:
    works_at_night(practice, zone)
    night = day_of_change(zone, forward=False)

    assert patient.holds(instant(night, hour, zone, again=True)).status == 422
    appointment = patient.holds_and_books(instant(night, hour, zone))

    assert appointment["startsAt"] == rfc3339(instant(night, hour, zone))


def test_duration_is_elapsed_time_over_clock_change(practice: Practice, patient: Patient) -> None:
    changes_service(practice, durationMinutes=120)
    works_at_night(practice, LISBON, end="03:00")
    night = day_of_change(LISBON, forward=True)

    assert offered_starts(patient, night, LISBON) == ["00:00"], "from one o'clock only one hour is left"
    booked = patient.holds_and_books(instant(night, 0, LISBON))
    assert booked["endsAt"] == rfc3339(instant(night, 3, LISBON)), "three by the clock, two hours later"


def test_repeated_hour_offers_one_more_start(practice: Practice, patient: Patient) -> None:
    changes_service(practice, durationMinutes=180)
    works_at_night(practice, LISBON, end="03:00")
    sunday = day_of_change(LISBON, forward=False)

    assert offered_starts(patient, sunday, LISBON) == ["00:00", "01:00"], "the hour from one o'clock is repeated"
    assert offered_starts(patient, sunday + timedelta(days=1), LISBON) == ["00:00"]


def test_half_hour_clock_change_is_booked_correctly(practice: Practice, patient: Patient) -> None:
    works_at_night(practice, LORD_HOWE)
    night = day_of_change(LORD_HOWE, forward=True)

    booked = patient.holds_and_books(instant(night, 1, LORD_HOWE))

    assert booked["timeZone"] == LORD_HOWE
    three, one = instant(night, 3, LORD_HOWE), instant(night, 1, LORD_HOWE)
    assert three - one == timedelta(minutes=90)
    between = instant(night, 2, LORD_HOWE, minute=30)
    assert patient.holds(between).status == 422, "half past two is off the grid"


def test_wall_clock_hours_are_stable_over_the_year(practice: Practice, patient: Patient) -> None:
    hours = [{"weekday": weekday, "start": "09:00", "end": "09:30"} for weekday in range(1, 8)]
    changes_doctor(practice, timeZone=NEW_YORK, workingHours=hours)
    sets_rules(practice)

    for day in (day_of_change(NEW_YORK, forward=forward) + timedelta(days=1) for forward in (True, False)):
        (start,) = patient.finds_starts(**{"from": day, "to": day + timedelta(days=1), "timeZone": NEW_YORK})
        assert start == rfc3339(instant(day, 9, NEW_YORK))


def test_local_start_is_in_requested_zone(patient: Patient) -> None:
    slot = patient.searches(**{"from": next_monday().date(), "timeZone": "Asia/Tokyo", "limit": 1})["slots"][0]

    assert slot["start"] == rfc3339(next_monday(9))
    assert slot["localStart"] == f"{next_monday():%Y-%m-%d}T18:00:00+09:00"


def test_date_is_read_in_requested_zone(patient: Patient) -> None:
    monday, tuesday = next_monday(), next_monday() + timedelta(days=1)

    evening, night = (offered_starts(patient, day, "Asia/Tokyo") for day in (monday, tuesday))

    assert (evening[0], evening[-1]) == ("18:00", "23:45")
    assert [start for start in night if start < "12:00"] == [f"0{n // 4}:{n % 4 * 15:02}" for n in range(7)]


def test_booking_zone_is_patients_or_doctors(practice: Practice, patient: Patient, other: Patient) -> None:
    changes_doctor(practice, timeZone="Atlantic/Azores")
    nine = patient.finds_starts(**{"from": next_monday().date(), "limit": 2})

    patient.holds(nine[0])
    assert patient.books(timeZone="Asia/Kathmandu")["appointment"]["timeZone"] == "Asia/Kathmandu"
    other.holds(other.finds_starts(**{"from": next_monday().date(), "limit": 1})[0])
    assert other.books()["appointment"]["timeZone"] == "Atlantic/Azores"
