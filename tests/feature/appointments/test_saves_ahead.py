"""A page that saves twice without waiting: the second save names a version that is yet to come."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb.connection import connection
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Member
from tests.app_client.response import Response
from tests.feature.schedule_builders import creates_appointment, offered_starts

NINE, TEN = next_monday(9), next_monday(10)


@contextmanager
def before_the_next_transaction(do: Callable[[], object]) -> Iterator[None]:
    """Let something happen between a service's look at the appointment and its write."""
    events, waiting = connection.client.meta.events, [do]

    def interfere(**_: object) -> None:
        while waiting:
            waiting.pop()()

    events.register("before-call.dynamodb.TransactWriteItems", interfere)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", interfere)


def test_a_save_that_comes_before_its_time_moves_nothing(patient: Patient, alice: Member) -> None:
    appointment = creates_appointment(alice, patient.practice, NINE)["id"]
    alice.acquires(appointment)
    first: list[Response] = []

    with before_the_next_transaction(lambda: first.append(alice.saves(appointment, 1, notes="first"))):
        second = alice.saves(appointment, 2, startsAt=rfc3339(TEN), endsAt=rfc3339(next_monday(10, 30)))

    assert [one.status for one in first] == [200]
    assert (second.status, second.code) == (409, "VERSION_MISMATCH")
    assert second["current"]["startsAt"] == rfc3339(NINE)
    assert "09:00" not in offered_starts(patient, NINE)
    assert patient.holds(TEN).status == 201, "for it is nobody else's"


def test_sent_again_it_moves_what_it_takes(patient: Patient, alice: Member) -> None:
    appointment = creates_appointment(alice, patient.practice, NINE)["id"]
    alice.acquires(appointment)
    moved = {"startsAt": rfc3339(TEN), "endsAt": rfc3339(next_monday(10, 30))}

    with before_the_next_transaction(lambda: alice.saves(appointment, 1, notes="first")):
        alice.saves(appointment, 2, **moved)

    assert alice.saves(appointment, 2, **moved).status == 200
    assert "09:00" in offered_starts(patient, NINE)
    assert patient.holds(TEN).code == "SLOT_TAKEN"
