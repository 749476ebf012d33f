"""Holds over HTTP: exclusive until they expire."""

from datetime import timedelta

import pytest

import app
from chalicelib.core.clock import rfc3339, utc_now
from chalicelib.core.events.deadline_queue import Deadline, to_message
from tests.app_client.aws import REGION
from tests.app_client.deadline_queue import DeadlineQueue
from tests.app_client.dynamodb_calls import before_first
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday, sets_working_hours
from tests.app_client.practice import Practice, send
from tests.app_client.response import Response
from tests.app_client.stream import Stream
from tests.feature.schedule_builders import adds_doctor, creates_appointment, hold_made_ago, offered_starts

pytestmark = pytest.mark.slow

NINE = next_monday(9)
HOLD_SECONDS, LAPSED_SECONDS_AGO, LIVE_SECONDS_AGO = 300, 330, 240


def sweep() -> None:
    """Run the sweep, which comes once a minute."""
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "resources": []}
    app.sweep({**event, "version": "0", "account": "1", "time": "", "region": REGION, "id": "1"}, None)


def holds_of(member: Member, practice: Practice) -> list[str]:
    """Return the ids of the holds in the doctor's calendar of that Monday."""
    query = f"from={rfc3339(next_monday())}&to={rfc3339(next_monday(23))}"
    held = member.get(f"/doctors/{practice.doctor_id}/schedule?{query}")["holds"]
    return [one["holdId"] for one in held]


def ended(stream: Stream) -> list[str]:
    """How the one hold that there was stood, one change after the other."""
    images = [record["dynamodb"]["NewImage"] for record in stream.records()]
    return [image["state"]["S"] for image in images if image["sk"]["S"] == "HOLD"]


def test_held_slot_is_not_offered(patient: Patient, other: Patient) -> None:
    patient.holds(NINE)

    assert offered_starts(other, NINE)[0] == "09:30"
    assert other.holds(NINE).code == "SLOT_TAKEN"
    assert other.holds(next_monday(9, 15)).code == "SLOT_TAKEN", "nor what overlaps it"


def test_conflict_offers_alternatives_without_names(patient: Patient, other: Patient) -> None:
    patient.holds(NINE)

    refused = other.holds(next_monday(9, 15))

    assert refused["collided"] == [
        {
            "doctorId": patient.practice.doctor_id,
            "start": rfc3339(next_monday(9, 15)),
            "end": rfc3339(next_monday(9, 30)),
            "state": "held",
        }
    ]
    starts = [next_monday(9, 30), next_monday(9, 45), next_monday(10), next_monday(10, 15), next_monday(10, 30)]
    assert [slot["start"] for slot in refused["alternatives"]] == [rfc3339(start) for start in starts]
    assert other.holds(refused["alternatives"][0]["start"]).status == 201


def test_conflict_offers_another_doctor(practice: Practice, patient: Patient) -> None:
    only = {"date": f"{NINE:%Y-%m-%d}", "start": "09:00", "end": "09:30"}
    sets_working_hours(practice, workingHours=[], exceptions=[only])
    second = adds_doctor(practice)
    patient.holds(NINE)

    refused = Patient(practice).holds(NINE)

    assert [slot["doctorId"] for slot in refused["alternatives"]] == [second] * 5
    assert refused["alternatives"][0]["start"] == rfc3339(NINE)


def test_held_slot_is_refused_to_members(practice: Practice, patient: Patient, alice: Member) -> None:
    patient.holds(NINE)

    refused = creates_appointment(alice, practice, NINE)

    assert (refused.status, refused.code) == (409, "SLOT_TAKEN")
    assert [one["state"] for one in refused["collided"]] == ["held"]
    assert "appointmentId" not in refused["collided"][0]
    assert holds_of(alice, practice) == [patient.hold_id]


def test_patient_can_hold_two_slots(patient: Patient) -> None:
    assert patient.holds(NINE).status == 201
    assert patient.holds(next_monday(9, 30)).status == 201, "in another tab"


def test_hold_expires_at_its_deadline(
    practice: Practice, patient: Patient, alice: Member, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    hold_made_ago(patient, NINE, LAPSED_SECONDS_AGO)
    stream.pump()

    assert deadline_queue.pump() == []

    assert ended(stream) == ["held", "lapsed"]
    assert holds_of(alice, practice) == []


def test_hold_with_lost_message_expires_by_sweep(patient: Patient, stream: Stream) -> None:
    hold_made_ago(patient, NINE, LAPSED_SECONDS_AGO)

    sweep()
    sweep()

    assert ended(stream) == ["held", "lapsed"], "once"
    assert patient.books().code == "HOLD_EXPIRED"


def test_live_hold_survives_early_message(patient: Patient, deadline_queue: DeadlineQueue) -> None:
    hold_made_ago(patient, NINE, LIVE_SECONDS_AGO)
    due_at = utc_now() + timedelta(seconds=HOLD_SECONDS - LIVE_SECONDS_AGO)
    early = to_message(Deadline("hold", patient.practice.tenant.id, patient.hold_id, due_at))

    sweep()
    assert deadline_queue.deliver([{"MessageId": "1", "Body": early}]) == []

    assert patient.books().status == 201


def test_repeated_message_ends_hold_once(patient: Patient, stream: Stream, deadline_queue: DeadlineQueue) -> None:
    hold_made_ago(patient, NINE, LAPSED_SECONDS_AGO)
    stream.pump()
    stream.deliver(stream.records())

    assert deadline_queue.pump() == []

    assert ended(stream) == ["held", "lapsed"]


def test_expired_hold_gives_way_to_a_new_one(patient: Patient, other: Patient) -> None:
    hold_made_ago(patient, NINE, LAPSED_SECONDS_AGO)

    assert offered_starts(other, NINE)[0] == "09:00"
    assert other.holds_and_books(next_monday(9, 15))["status"] == "confirmed"
    assert patient.books().code == "HOLD_EXPIRED"


def test_late_message_leaves_the_new_hold_alone(
    patient: Patient, other: Patient, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    hold_made_ago(patient, NINE, LAPSED_SECONDS_AGO)
    other.holds(next_monday(9, 15))
    stream.pump()

    assert deadline_queue.pump() == []

    assert other.books().status == 201
    assert offered_starts(other, NINE)[0] == "09:45"


def test_expired_hold_cannot_be_booked(patient: Patient) -> None:
    hold_made_ago(patient, NINE, LAPSED_SECONDS_AGO)

    refused = patient.books("one-key")

    assert (refused.status, refused.code) == (409, "HOLD_EXPIRED")
    assert patient.holds(NINE).status == 201
    assert patient.books("one-key").status == 201, "what was refused has not used the key up"


def test_released_slot_is_free_and_release_is_idempotent(patient: Patient, other: Patient) -> None:
    patient.holds(NINE)

    assert (patient.releases_hold().status, patient.releases_hold().status) == (200, 200)

    assert patient.books().code == "HOLD_EXPIRED"
    assert other.holds(NINE).status == 201


def test_late_release_leaves_the_new_hold_alone(patient: Patient, other: Patient) -> None:
    hold_made_ago(patient, NINE, LAPSED_SECONDS_AGO)
    other.holds(NINE)

    assert patient.releases_hold().status == 200

    assert other.books().status == 201


def test_beacon_of_closing_page_releases_hold(patient: Patient, other: Patient) -> None:
    patient.holds(NINE)
    path = f"{patient.page}/holds/{patient.hold_id}/release"

    beacon = send("POST", path, {"holdToken": patient.hold_token}, {"Content-Type": "text/plain;charset=UTF-8"})

    assert (beacon.status, beacon.body) == (200, {"holdId": patient.hold_id})
    assert other.holds(NINE).status == 201


def test_booked_hold_cannot_be_released(patient: Patient, other: Patient) -> None:
    patient.holds_and_books(NINE)

    assert patient.releases_hold().code == "HOLD_EXPIRED"
    assert other.holds(NINE).code == "SLOT_TAKEN"


def test_hold_requires_its_token(patient: Patient, other: Patient) -> None:
    patient.holds(NINE)
    other.hold_id, other.hold_token = patient.hold_id, patient.hold_token[:-1]

    assert (other.books().status, other.releases_hold().status) == (404, 404)
    other.hold_id, other.hold_token = "0" * 32, patient.hold_token
    assert (other.books().status, other.releases_hold().status) == (404, 404)
    assert patient.books().status == 201


def test_slot_that_is_not_offered_cannot_be_held(practice: Practice, patient: Patient) -> None:
    refusals = {
        "doctorId": patient.holds(NINE, doctorId="nobody"),
        "serviceId": patient.holds(NINE, serviceId="nothing"),
        "start": patient.holds(next_monday(3)),
    }

    for field, refused in refusals.items():
        assert (refused.status, [fault["field"] for fault in refused["errors"]]) == (422, [field])
    assert creates_appointment(practice.admin, practice, NINE).status == 201, "nothing was kept"


def test_release_of_hold_being_booked_is_refused(patient: Patient) -> None:
    patient.holds(NINE)
    booked: list[Response] = []

    with before_first("TransactWriteItems", lambda: booked.append(patient.books())):
        released = patient.releases_hold()

    assert booked[0].status == 201
    assert released.code == "HOLD_EXPIRED"
