"""Holds that lapsed one over the other: nobody stands in the way of giving their time back."""

from chalicelib.booking.service import hold_expiry
from tests.app_client.patient import Patient, next_monday
from tests.app_client.stream import Stream
from tests.feature.schedule_builders import hold_made_ago

NINE = next_monday(9)
FIRST_SECONDS_AGO, SECOND_SECONDS_AGO = 900, 450


def test_of_two_that_lapsed_the_first_is_ended_before_the_second(patient: Patient, other: Patient) -> None:
    hold_made_ago(patient, NINE, FIRST_SECONDS_AGO)
    hold_made_ago(other, NINE, SECOND_SECONDS_AGO)

    assert patient.releases_hold().status == 200, "although the other's hold, which has lapsed too, has its cells"
    assert other.books().code == "HOLD_EXPIRED"
    assert other.holds(NINE).status == 201


def test_all_that_lapsed_one_over_the_other_are_ended_by_one_sweep(
    patient: Patient, other: Patient, stream: Stream
) -> None:
    hold_made_ago(patient, NINE, FIRST_SECONDS_AGO)
    hold_made_ago(other, NINE, SECOND_SECONDS_AGO)

    hold_expiry.sweep_holds()

    images = [record["dynamodb"]["NewImage"] for record in stream.records()]
    states = [image["state"]["S"] for image in images if image["sk"]["S"] == "HOLD"]
    assert sorted(states) == ["held", "held", "lapsed", "lapsed"]
