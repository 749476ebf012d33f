"""Expiry of holds that took each other's time."""

from chalicelib.booking.service import hold_expiry
from tests.app_client.patient import Patient, next_monday
from tests.app_client.stream import Stream
from tests.feature.schedule_builders import hold_made_ago

NINE = next_monday(9)
FIRST_SECONDS_AGO, SECOND_SECONDS_AGO = 900, 450


def test_expired_holds_end_in_order(patient: Patient, other: Patient) -> None:
    hold_made_ago(patient, NINE, FIRST_SECONDS_AGO)
    hold_made_ago(other, NINE, SECOND_SECONDS_AGO)

    assert patient.releases_hold().status == 200, "although the other's hold, which has lapsed too, has its cells"
    assert other.books().code == "HOLD_EXPIRED"
    assert other.holds(NINE).status == 201


def test_overlapping_expired_holds_end_in_one_sweep(patient: Patient, other: Patient, stream: Stream) -> None:
    hold_made_ago(patient, NINE, FIRST_SECONDS_AGO)
    hold_made_ago(other, NINE, SECOND_SECONDS_AGO)

    hold_expiry.sweep_holds()

    images = [record["dynamodb"]["NewImage"] for record in stream.records()]
    states = [image["state"]["S"] for image in images if image["sk"]["S"] == "HOLD"]
    assert sorted(states) == ["held", "held", "lapsed", "lapsed"]
