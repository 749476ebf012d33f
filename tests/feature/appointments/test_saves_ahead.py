"""Two saves without waiting: the second names a version that does not exist yet."""

from chalicelib.core.clock import rfc3339
from tests.app_client.dynamodb_calls import before_first
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.response import Response
from tests.feature.schedule_builders import creates_appointment, offered_starts

NINE, TEN = next_monday(9), next_monday(10)


def test_save_ahead_of_its_version_moves_nothing(patient: Patient, alice: Member) -> None:
    appointment = creates_appointment(alice, patient.practice, NINE)["id"]
    alice.acquires(appointment)
    first: list[Response] = []

    with before_first("TransactWriteItems", lambda: first.append(alice.saves(appointment, 1, notes="first"))):
        second = alice.saves(appointment, 2, startsAt=rfc3339(TEN), endsAt=rfc3339(next_monday(10, 30)))

    assert [one.status for one in first] == [200]
    assert (second.status, second.code) == (409, "VERSION_MISMATCH")
    assert second["current"]["startsAt"] == rfc3339(NINE)
    assert "09:00" not in offered_starts(patient, NINE)
    assert patient.holds(TEN).status == 201, "for it is nobody else's"


def test_save_repeated_at_its_version_moves_allocated_time(patient: Patient, alice: Member) -> None:
    appointment = creates_appointment(alice, patient.practice, NINE)["id"]
    alice.acquires(appointment)
    moved = {"startsAt": rfc3339(TEN), "endsAt": rfc3339(next_monday(10, 30))}

    with before_first("TransactWriteItems", lambda: alice.saves(appointment, 1, notes="first")):
        alice.saves(appointment, 2, **moved)

    assert alice.saves(appointment, 2, **moved).status == 200
    assert "09:00" in offered_starts(patient, NINE)
    assert patient.holds(TEN).code == "SLOT_TAKEN"
