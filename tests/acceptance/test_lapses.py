"""Holds that lapsed one over the other: nobody stands in the way of giving their time back."""

from chalicelib.appointments.service import lapses
from tests.acceptance.scene import held_since
from tests.driver.patient import Patient, next_monday
from tests.driver.stream import Stream

NINE = next_monday(9)
FIRST_SECONDS_AGO, SECOND_SECONDS_AGO = 900, 450


def test_of_two_that_lapsed_the_first_is_ended_before_the_second(patient: Patient, other: Patient) -> None:
    held_since(patient, NINE, FIRST_SECONDS_AGO)
    held_since(other, NINE, SECOND_SECONDS_AGO)

    assert patient.lets_go().status == 200, "although the other's hold, which has lapsed too, has its cells"
    assert other.books().code == "HOLD_EXPIRED"
    assert other.holds(NINE).status == 201


def test_all_that_lapsed_one_over_the_other_are_ended_by_one_sweep(
    patient: Patient, other: Patient, stream: Stream
) -> None:
    held_since(patient, NINE, FIRST_SECONDS_AGO)
    held_since(other, NINE, SECOND_SECONDS_AGO)

    lapses.sweep_holds()

    images = [record["dynamodb"]["NewImage"] for record in stream.records()]
    states = [image["state"]["S"] for image in images if image["sk"]["S"] == "HOLD"]
    assert sorted(states) == ["held", "held", "lapsed", "lapsed"]
