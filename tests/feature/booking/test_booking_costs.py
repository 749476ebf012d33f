"""The DynamoDB calls of booking."""

from chalicelib.core.clock import rfc3339
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.feature.schedule_builders import (
    adds_doctor,
    adds_rooms,
    creates_appointment,
    hold_made_ago,
    offered_starts,
)

# The page's address, and the practice that has it.
ADDRESS = ["GetItem", "GetItem"]
NINE, TEN = next_monday(9), next_monday(10)


def test_search_of_a_day_is_one_query_for_each_doctor(patient: Patient) -> None:
    with calls_of("a patient's search of a day") as calls:
        assert offered_starts(patient, NINE)

    assert calls == [*ADDRESS, "Query", "Query"], "slug, schedule, and the doctor's time"


def test_hold_takes_two_calls_and_booking_four(patient: Patient) -> None:
    with calls_of("hold") as hold:
        assert patient.holds(NINE).status == 201
    with calls_of("book") as book:
        assert patient.books("key").status == 201
    with calls_of("book, once more") as again:
        assert patient.books("key").status == 201

    assert hold == ["GetItem", "Query", "TransactWriteItems"]
    assert book == ["GetItem", "GetItem", "GetItem", "Query", "TransactWriteItems"], (
        "the key, the hold, the set-up"
    )
    assert again == ["GetItem", "GetItem"], "the answer is kept under its key"


def test_booking_of_ended_hold_reads_no_schedule(patient: Patient, other: Patient) -> None:
    patient.holds(NINE)
    patient.releases_hold()
    hold_made_ago(other, TEN, 900)

    for ended in (patient, other):
        with calls_of("book, the hold has ended") as book:
            refused = ended.books("key")
        with calls_of("book without a key, the hold has ended") as keyless:
            assert ended.books().code == "HOLD_EXPIRED"
        assert (refused.status, refused.code) == (409, "HOLD_EXPIRED")
        assert book == ["GetItem"] * 4, "the slug, the key, the hold, and the key once more"
        assert keyless == ["GetItem"] * 2, "the slug and the hold"


def test_patients_change_is_one_transaction_after_reads(patient: Patient) -> None:
    patient.holds_and_books(NINE)
    with calls_of("a patient's own page") as page:
        assert patient.opens_booking().status == 200
    with calls_of("reschedule by its patient") as move:
        assert patient.reschedules(TEN).status == 200
    with calls_of("cancel by its patient") as cancel:
        assert patient.cancels().status == 200

    record, setup, practice = "GetItem", "Query", "GetItem"
    assert page == [record, setup, practice]
    assert move == [record, setup, record, setup, "TransactWriteItems", practice]
    assert cancel == [record, setup, record, "TransactWriteItems", practice]


def test_taken_slot_costs_one_query_and_release_three_calls(patient: Patient, other: Patient) -> None:
    patient.holds(NINE)
    with calls_of("hold, taken, with alternatives") as refused:
        assert other.holds(NINE).status == 409
    with calls_of("release a hold") as released:
        assert patient.releases_hold().status == 200

    assert refused == ["GetItem", "Query", "TransactWriteItems", "Query"]
    assert released == ["GetItem", "GetItem", "TransactWriteItems"]


def test_members_create_in_two_calls_and_move_in_three(patient: Patient, alice: Member) -> None:
    with calls_of("enter an appointment") as enter:
        appointment = creates_appointment(alice, patient.practice, NINE)["id"]
    alice.acquires(appointment)
    with calls_of("save another time") as save:
        moved = alice.saves(appointment, 1, startsAt=rfc3339(TEN), endsAt=rfc3339(next_monday(10, 30)))

    assert moved.status == 200
    assert enter == ["Query", "TransactWriteItems"]
    assert save == ["GetItem", "Query", "TransactWriteItems"]


def test_each_examined_room_is_one_query(practice: Practice, patient: Patient, alice: Member) -> None:
    adds_rooms(practice, "Room 1", "Room 2")
    second, third = adds_doctor(patient.practice), adds_doctor(practice)
    expected = {practice.doctor_id: 1, second: 2, third: 2}

    for doctor, looks in expected.items():
        with calls_of(f"enter, {looks} of 2 rooms looked at") as calls:
            status = creates_appointment(alice, practice, NINE, doctorId=doctor).status
        assert calls[: looks + 1] == ["Query"] * (looks + 1)
        assert calls[looks + 1 :] == (["TransactWriteItems"] if status == 201 else ["Query"] * 3)
