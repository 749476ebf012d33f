"""Appointments of 24 hours with a room, close to the size limit of a transaction."""

from datetime import timedelta

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.feature.schedule_builders import adds_rooms, creates_appointment

pytestmark = pytest.mark.slow

HALF_PAST_NINE = next_monday(9, 30)
A_DAY = timedelta(days=1)


def test_move_beyond_one_transaction_is_refused(patient: Patient, alice: Member) -> None:
    adds_rooms(patient.practice, "Room 1")
    long = creates_appointment(alice, patient.practice, HALF_PAST_NINE, endsAt=rfc3339(HALF_PAST_NINE + A_DAY))
    assert long.status == 201
    alice.acquires(long["id"])
    far = {"startsAt": rfc3339(HALF_PAST_NINE + 2 * A_DAY), "endsAt": rfc3339(HALF_PAST_NINE + 3 * A_DAY)}
    near = {"startsAt": rfc3339(HALF_PAST_NINE + A_DAY / 2), "endsAt": rfc3339(HALF_PAST_NINE + 1.5 * A_DAY)}

    refused = alice.saves(long["id"], 1, **far)

    assert (refused.status, refused.code) == (422, "VALIDATION"), "a hundred hours and more in one transaction"
    assert [fault["field"] for fault in refused["errors"]] == ["endsAt"]
    assert alice.saves(long["id"], 1, **near).status == 200
    assert alice.cancels(long["id"], 2).status == 200
