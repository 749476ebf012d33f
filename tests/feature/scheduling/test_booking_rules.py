"""Notice, horizon and cutoff of bookings."""

from datetime import datetime, timedelta

from chalicelib.core.clock import rfc3339, utc_now
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.feature.schedule_builders import ALWAYS, changes_doctor, creates_appointment, sets_rules

NINE = next_monday(9)
LONGEST_CUTOFF = 60 * 24 * 60


def next_quarter(hours: int) -> datetime:
    """Return the quarter of an hour at or just before this many hours from now."""
    now = utc_now() + timedelta(hours=hours)
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)


def test_start_within_minimum_notice_is_not_offered(practice: Practice, patient: Patient) -> None:
    changes_doctor(practice, workingHours=ALWAYS)
    sets_rules(practice, minimumNoticeMinutes=300)
    now = utc_now()

    first = datetime.fromisoformat(patient.finds_starts(limit=1)[0])

    assert timedelta(hours=5) <= first - now < timedelta(hours=5, minutes=16)
    assert patient.holds(next_quarter(5)).status == 422
    assert patient.holds(first + timedelta(minutes=15)).status == 201


def test_zero_notice_allows_next_start(practice: Practice, patient: Patient) -> None:
    changes_doctor(practice, workingHours=ALWAYS)
    sets_rules(practice, minimumNoticeMinutes=0)

    assert patient.holds(next_quarter(0) + timedelta(minutes=30)).status == 201
    assert patient.holds(next_quarter(0) - timedelta(minutes=30)).status == 422, "in the past"


def test_start_beyond_horizon_is_not_offered(practice: Practice, patient: Patient) -> None:
    changes_doctor(practice, workingHours=ALWAYS)
    sets_rules(practice, horizonDays=2, slotStepMinutes=240)

    last = datetime.fromisoformat(patient.finds_starts(limit=1000)[-1])

    assert utc_now() + timedelta(days=2, hours=-4) <= last < utc_now() + timedelta(days=2)
    assert patient.holds(last + timedelta(hours=4)).status == 422
    assert patient.holds(last).status == 201


def test_staff_ignore_notice_and_horizon(practice: Practice, patient: Patient, alice: Member) -> None:
    sets_rules(practice, minimumNoticeMinutes=LONGEST_CUTOFF, horizonDays=1)

    assert patient.finds_starts() == []
    assert creates_appointment(alice, practice, utc_now() + timedelta(minutes=10)).status == 201
    assert creates_appointment(alice, practice, utc_now() + timedelta(days=400)).status == 201


def test_change_after_cutoff_is_too_late(practice: Practice, patient: Patient) -> None:
    patient.holds_and_books(NINE)
    sets_rules(practice, changeCutoffMinutes=LONGEST_CUTOFF)
    until = rfc3339(NINE - timedelta(minutes=LONGEST_CUTOFF))

    moved, cancelled, page = patient.reschedules(next_monday(10)), patient.cancels(), patient.opens_booking()

    assert {(refused.status, refused.code) for refused in (moved, cancelled)} == {(409, "TOO_LATE")}
    assert moved["changeUntil"] == cancelled["changeUntil"] == until
    assert (page["canChange"], page["changeUntil"]) == (False, until)
    assert page["appointment"]["status"] == "confirmed"


def test_cancel_before_cutoff_succeeds(practice: Practice, patient: Patient) -> None:
    left = (NINE - utc_now()) // timedelta(minutes=1)
    patient.holds_and_books(NINE)
    sets_rules(practice, changeCutoffMinutes=left - 1)

    assert patient.opens_booking()["canChange"] is True
    assert patient.cancels().status == 200


def test_reschedule_to_start_not_offered_is_rejected(practice: Practice, patient: Patient) -> None:
    patient.holds_and_books(NINE)
    sets_rules(practice, horizonDays=30)

    for start in (NINE + timedelta(days=35), next_monday(3), next_monday(9, 5), NINE - timedelta(days=21)):
        assert patient.reschedules(start).status == 422
    assert patient.opens_booking()["appointment"]["version"] == 1
