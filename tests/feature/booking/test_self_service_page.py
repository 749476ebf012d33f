"""The self-service page: a patient's booking by its manage token."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.dynamodb_calls import before_first
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice, send
from tests.app_client.response import Response
from tests.feature.schedule_builders import adds_doctor, creates_appointment, offered_starts

pytestmark = pytest.mark.slow

LINE = re.compile(r"^([A-Z]+):(.*)\r$", re.MULTILINE)
NINE, HALF_PAST_NINE, TEN = next_monday(9), next_monday(9, 30), next_monday(10)


@pytest.fixture
def booked(patient: Patient) -> Patient:
    """Return a patient with an appointment at nine."""
    patient.holds_and_books(NINE)
    return patient


def everything(patient: Patient) -> Iterator[Response]:
    """All that one can do by a link."""
    yield patient.opens_booking()
    yield patient.calendar_file()
    yield patient.reschedules(TEN)
    yield patient.cancels()


def test_patient_sees_booking_practice_and_doctor(practice: Practice, booked: Patient) -> None:
    page = booked.opens_booking()

    assert page["appointment"]["patient"]["email"] == booked.email
    assert page["practice"] == {
        "name": "Riverside Clinic",
        "slug": practice.tenant.slug,
        "timeZone": "Europe/Lisbon",
    }
    assert page["doctor"] == {"id": practice.doctor_id, "name": "Dr. Nunes", "specialty": "", "timeZone": "UTC"}
    assert page["service"] == {"id": practice.service_id, "name": "Check-up", "durationMinutes": 30}
    assert (page["canChange"], page["changeUntil"]) == (True, rfc3339(next_monday(8)))


def test_patient_reschedules_and_old_slot_is_free(booked: Patient, other: Patient) -> None:
    moved = booked.reschedules(TEN)

    assert (moved["appointment"]["startsAt"], moved["appointment"]["version"]) == (rfc3339(TEN), 2)
    assert moved.body == booked.opens_booking().body
    assert other.holds(TEN).code == "SLOT_TAKEN"
    assert other.holds(NINE).status == 201


def test_patient_reschedules_to_another_doctor(practice: Practice, booked: Patient) -> None:
    second = adds_doctor(practice)

    moved = booked.reschedules(NINE, doctorId=second)

    assert (moved["appointment"]["doctorId"], moved["doctor"]["name"]) == (second, "Dr. Reis")
    assert creates_appointment(practice.admin, practice, NINE, doctorId=second).code == "SLOT_TAKEN"
    assert offered_starts(booked, NINE, doctorIds=practice.doctor_id)[0] == "09:00"


def test_reschedule_onto_taken_slot_is_refused(booked: Patient, other: Patient) -> None:
    other.holds_and_books(TEN)
    before = booked.opens_booking().body

    refused = booked.reschedules(next_monday(10, 15))

    assert (refused.status, refused.code) == (409, "SLOT_TAKEN")
    assert other.email not in str(refused.body)
    assert "appointmentId" not in refused["collided"][0]
    assert refused["alternatives"][0]["start"] == rfc3339(next_monday(10, 30))
    assert booked.opens_booking().body == before


def test_reschedule_to_same_slot_is_explained(booked: Patient) -> None:
    refused = booked.reschedules(NINE)

    assert (refused.status, refused["errors"][0]["field"]) == (422, "start")


def test_cancelled_booking_is_visible_but_final(booked: Patient, other: Patient) -> None:
    cancelled, again = booked.cancels(reason="Better again"), booked.cancels()

    assert (cancelled.status, cancelled["appointment"]["status"]) == (200, "cancelled")
    assert (again.status, again.body) == (200, cancelled.body), "once is enough"
    assert booked.reschedules(TEN).code == "TOO_LATE"
    assert booked.opens_booking()["canChange"] is False
    assert other.holds(NINE).status == 201


def test_patients_cancellation_reason_is_in_the_revision(practice: Practice, booked: Patient) -> None:
    appointment = booked.cancels(reason="Better again")["appointment"]

    newest = practice.admin.revisions(appointment["id"])["items"][0]

    assert "Better again" in str(newest)
    assert booked.name in str(newest)


def test_completed_or_missed_booking_cannot_be_changed(booked: Patient, alice: Member) -> None:
    appointment = booked.opens_booking()["appointment"]["id"]
    alice.acquires(appointment)
    alice.saves(appointment, 1, status="completed")
    alice.releases(appointment)

    assert (booked.reschedules(TEN).code, booked.cancels().code) == ("TOO_LATE", "TOO_LATE")


@pytest.mark.parametrize("fault", ["end", "start", "appointment", "practice", "parts", "case"])
def test_wrong_manage_token_is_not_found(booked: Patient, other: Patient, fault: str) -> None:
    tenant, appointment, secret = booked.manage_token.split("~")
    elsewhere = Practice("Elsewhere").tenant.id
    other.manage_token = {
        "end": booked.manage_token[:-1],
        "start": "~".join((tenant, appointment, ("y" if secret[0] == "x" else "x") + secret[1:])),
        "appointment": "~".join((tenant, "0" * 32, secret)),
        "practice": "~".join((elsewhere, appointment, secret)),
        "parts": "~".join((tenant, appointment)),
        "case": "~".join((tenant, appointment, secret.swapcase())),
    }[fault]

    assert {(answer.status, answer.code) for answer in everything(other)} == {(404, "NOT_FOUND")}
    assert booked.opens_booking()["appointment"]["version"] == 1


@pytest.mark.parametrize("token", ["x", "TENANT#a~b~c", "a~b c~d", "~~"])
def test_malformed_manage_token_has_own_detail(token: str) -> None:
    answer = send("GET", f"/public/bookings/{quote(token, safe='')}")

    assert (answer.status, answer["detail"]) == (404, "There is no booking at this address.")


def test_members_appointment_has_secret_manage_token(practice: Practice, patient: Patient) -> None:
    entered = creates_appointment(practice.admin, practice, NINE)
    patient.manage_token = f"{practice.tenant.id}~{entered['id']}~None"

    assert patient.opens_booking().status == 404
    assert "manage" not in str(entered.body)


def test_calendar_file_follows_the_booking(booked: Patient) -> None:
    files = [booked.calendar_file()]
    booked.reschedules(TEN)
    files.append(booked.calendar_file())
    booked.cancels()
    files.append(booked.calendar_file())

    read = [dict(LINE.findall(file.body)) for file in files]
    assert [each["METHOD"] for each in read] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [each["STATUS"] for each in read] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [each["SEQUENCE"] for each in read] == ["0", "1", "2"]
    assert len({each["UID"] for each in read}) == 1
    assert [each["DTSTART"] for each in read] == [f"{start:%Y%m%dT%H%M%SZ}" for start in (NINE, TEN, TEN)]


def test_calendar_file_is_a_download(booked: Patient) -> None:
    file = booked.calendar_file()

    assert file.headers["content-type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert "attachment" in file.headers["content-disposition"]
    assert booked.manage_token not in file.body.replace("\r\n ", ""), "files are passed on"


def test_member_session_does_not_open_self_service_page(booked: Patient, alice: Member) -> None:
    token = {"Authorization": f"Bearer {alice.token}"}

    assert send("GET", f"/public/bookings/{alice.token}", headers=token).status == 404
    assert send("GET", f"/public/bookings/{booked.manage_token}", headers=token).status == 200, (
        "the link is enough"
    )


def test_two_simultaneous_cancellations_both_succeed(patient: Patient) -> None:
    patient.holds_and_books(NINE)
    answers: list[Response] = []

    with before_first("TransactWriteItems", lambda: answers.append(patient.cancels())):
        answers.append(patient.cancels())

    assert [answer.status for answer in answers] == [200, 200]
    assert [answer["appointment"]["status"] for answer in answers] == ["cancelled", "cancelled"]
    assert answers[1]["appointment"]["version"] == 2


def test_patient_sees_own_notes_but_not_staff_notes(patient: Patient, alice: Member) -> None:
    patient.holds(NINE)
    booked = patient.books(notes="My knee.")["appointment"]["id"]
    assert patient.opens_booking()["appointment"]["notes"] == "My knee."
    alice.acquires(booked)
    alice.saves(booked, 1, notes="My knee. Did not pay last time; be careful.")
    alice.releases(booked)

    for seen in (patient.opens_booking(), patient.reschedules(HALF_PAST_NINE), patient.opens_booking()):
        assert seen["appointment"]["notes"] == ""
    assert alice.get(f"/appointments/{booked}")["notes"].endswith("be careful.")


def test_patient_sees_practice_instead_of_saving_member(patient: Patient, alice: Member) -> None:
    booked = patient.holds_and_books(NINE)["id"]
    alice.acquires(booked)
    alice.saves(booked, 1, status="completed")

    seen = patient.opens_booking()

    assert seen["appointment"]["updatedBy"] == {"userId": "practice", "name": seen["practice"]["name"]}
    assert alice.member_id not in str(seen.body)


def test_lengthened_appointment_must_fit_opening_hours(patient: Patient, alice: Member) -> None:
    booked = patient.holds_and_books(NINE)["id"]
    alice.acquires(booked)
    alice.saves(booked, 1, endsAt=rfc3339(next_monday(11)))
    alice.releases(booked)

    refused = patient.reschedules(next_monday(16))

    assert (refused.status, refused["errors"][0]["field"]) == (422, "start"), "the practice closes at five"
    assert patient.reschedules(next_monday(15)).status == 200
