"""What a second look at booking found."""

from typing import Any

import pytest

from chalicelib.appointments.store import saving
from chalicelib.booking.store import holds
from chalicelib.core.clock import rfc3339
from chalicelib.scheduling.store.allocation import HourBucketItem
from tests.acceptance.scene import adds_doctor, adds_rooms, changes_service, creates_appointment
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Member, Practice

NINE, HALF_PAST_NINE = next_monday(9), next_monday(9, 30)


def test_new_buffers_do_not_keep_staff_from_saying_that_it_is_done(
    practice: Practice, patient: Patient, alice: Member
) -> None:
    booked = patient.holds_and_books(NINE)["id"]
    creates_appointment(alice, practice, HALF_PAST_NINE)
    changes_service(practice, bufferAfterMinutes=15)
    alice.acquires(booked)

    done = alice.saves(booked, 1, status="completed")

    assert done.status == 200, "it takes the time that it was booked with"
    assert alice.saves(booked, 2, status="cancelled").status == 200
    assert creates_appointment(alice, practice, NINE, endsAt=rfc3339(next_monday(9, 15))).status == 201


def test_what_is_requested_is_confirmed_in_its_room_though_that_went_out_of_use(
    practice: Practice, patient: Patient, alice: Member
) -> None:
    room, _ = adds_rooms(patient.practice, "Room 1", "Room 2")
    asked = creates_appointment(alice, practice, NINE, status="pending")["id"]
    creates_appointment(alice, practice, NINE, doctorId=adds_doctor(practice))
    assert practice.admin.delete(f"/resources/{room}").status == 200
    alice.acquires(asked)

    assert alice.saves(asked, 1, status="confirmed").status == 200
    assert alice.cancels(asked, 2).status == 200


def test_a_doctor_with_an_endless_id_has_no_feed_to_close(alice: Member) -> None:
    assert alice.delete(f"/doctors/{'x' * 1100}/feed").status == 404


def test_to_cancel_twice_in_one_moment_is_no_error(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    patient.holds_and_books(NINE)
    answers, save = [], saving.save

    def save_after_another(*args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(saving, "save", save)
        answers.append(patient.cancels())
        save(*args, **kwargs)

    monkeypatch.setattr(saving, "save", save_after_another)
    answers.append(patient.cancels())

    assert [answer.status for answer in answers] == [200, 200]
    assert [answer["appointment"]["status"] for answer in answers] == ["cancelled", "cancelled"]
    assert answers[1]["appointment"]["version"] == 2


def test_a_patient_reads_their_own_notes_and_not_the_practices(patient: Patient, alice: Member) -> None:
    patient.holds(NINE)
    booked = patient.books(notes="My knee.")["appointment"]["id"]
    assert patient.opens_booking()["appointment"]["notes"] == "My knee."
    alice.acquires(booked)
    alice.saves(booked, 1, notes="My knee. Did not pay last time; be careful.")
    alice.releases(booked)

    for seen in (patient.opens_booking(), patient.reschedules(HALF_PAST_NINE), patient.opens_booking()):
        assert seen["appointment"]["notes"] == ""
    assert alice.get(f"/appointments/{booked}")["notes"].endswith("be careful.")


def test_a_patient_does_not_learn_which_member_was_at_it(patient: Patient, alice: Member) -> None:
    booked = patient.holds_and_books(NINE)["id"]
    alice.acquires(booked)
    alice.saves(booked, 1, status="completed")

    seen = patient.opens_booking()

    assert seen["appointment"]["updatedBy"] == {"userId": "practice", "name": seen["practice"]["name"]}
    assert alice.user_id not in str(seen.body)


def test_what_was_made_longer_is_not_moved_past_the_end_of_the_day(patient: Patient, alice: Member) -> None:
    booked = patient.holds_and_books(NINE)["id"]
    alice.acquires(booked)
    alice.saves(booked, 1, endsAt=rfc3339(next_monday(11)))
    alice.releases(booked)

    refused = patient.reschedules(next_monday(16))

    assert (refused.status, refused["errors"][0]["field"]) == (422, "start"), "the practice closes at five"
    assert patient.reschedules(next_monday(15)).status == 200


def test_a_hold_that_is_booked_while_it_is_given_back_is_not_said_to_be_free(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.holds(NINE)
    end = holds.end

    def end_after_booking(*args: Any, **kwargs: Any) -> None:
        assert patient.books().status == 201
        end(*args, **kwargs)

    monkeypatch.setattr(holds, "end", end_after_booking)

    assert patient.releases_hold().code == "HOLD_EXPIRED"


def test_a_room_that_was_taken_in_this_moment_is_not_tried_again(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    adds_rooms(patient.practice, "Room 1", "Room 2")
    reads, images = [], HourBucketItem.query_raw

    def read(*args: Any, **how: Any) -> Any:
        reads.append(how["consistent"])
        return images(*args, **how)

    monkeypatch.setattr(HourBucketItem, "query_raw", read)

    assert patient.holds(NINE).status == 201
    assert reads == [True]
