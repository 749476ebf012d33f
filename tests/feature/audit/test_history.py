"""The history of locks, from the change to the response."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.locking.model import Tab
from chalicelib.locking.service import deadlines, leases
from tests.app_client.history_writer import HistoryWriter, actions_and_names, history, statistics
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.stream import Stream
from tests.feature.locking.test_deadlines import remove_by_ttl
from tests.feature.locking.test_locks import held_since


def test_never_acquired_lock_has_no_history(alice: Member, appointment: str) -> None:
    assert history(alice, appointment) == []


def test_released_lease_has_its_duration(
    alice: Member, bob: Member, appointment: str, historian: HistoryWriter
) -> None:
    held_since(alice, appointment, seconds_ago=61)
    alice.renews(appointment)
    alice.releases(appointment)
    assert historian.pump() == []

    released, acquired = history(bob, appointment)
    assert (acquired["action"], released["action"]) == ("acquired", "released")
    for entry in (acquired, released):
        assert (entry["appointmentId"], entry["userId"]) == (appointment, alice.member_id)
        assert (entry["userName"], entry["userEmail"]) == ("Alice", alice.email)
    assert released["releasedBy"] == alice.member_id
    assert 61 <= released["duration"] < 100
    assert "duration" not in acquired
    assert acquired["metadata"] == {"how": "acquired"}
    held = datetime.fromisoformat(released["timestamp"]) - datetime.fromisoformat(acquired["timestamp"])
    assert held == timedelta(seconds=released["duration"])
    assert released["version"] == alice.status(appointment)["version"]


def test_history_contains_no_lock_id(alice: Member, appointment: str, historian: HistoryWriter) -> None:
    alice.acquires(appointment)
    historian.pump()

    answer = alice.get(f"/appointments/{appointment}/lock-history")
    text = json.dumps(answer.body)
    assert alice.lock_id not in text
    assert alice.tab_id not in text
    assert answer["items"][0]["lockId"]


@dataclass
class Scene:
    """Alice has the lock; then one of these happens."""

    practice: Practice
    alice: Member
    bob: Member
    appointment: str

    def forced(self) -> None:
        self.practice.admin.force_releases(self.appointment)

    def taken_over(self) -> None:
        self.practice.admin.takes_over(self.appointment)

    def granted(self) -> None:
        self.bob.requests_control(self.appointment)
        self.alice.grants(self.appointment, message="Yours")

    def denied(self) -> None:
        self.bob.requests_control(self.appointment)
        self.alice.denies(self.appointment, message="Not yet")

    def moved(self) -> None:
        self.alice.in_another_tab().moves_lock(self.appointment)

    def acquired_again(self) -> None:
        self.alice.acquires(self.appointment)

    def expired(self) -> None:
        deadlines.sweep(clock=soon_after_the_lease)

    def removed_by_ttl(self) -> None:
        remove_by_ttl(self.alice, self.appointment)

    def taken_when_it_had_run_out(self) -> None:
        bob = Tab(self.bob.principal, self.bob.tab_id)
        leases.acquire(bob, self.appointment, clock=soon_after_the_lease)


def soon_after_the_lease() -> datetime:
    return utc_now() + timedelta(seconds=310)


@pytest.fixture
def scene(practice: Practice, alice: Member, bob: Member, appointment: str) -> Scene:
    """Alice has just taken the lock."""
    alice.acquires(appointment)
    return Scene(practice, alice, bob, appointment)


BEGUN = ("acquired", "Alice")
ENDS = {
    "forced": [("force_released", "Alice")],
    "taken_over": [("taken_over", "Alice"), ("acquired", "Dana")],
    "granted": [("granted", "Alice"), ("acquired", "Bob")],
    "denied": [("denied", "Bob")],
    "moved": [("moved", "Alice"), ("acquired", "Alice")],
    "acquired_again": [("moved", "Alice"), ("acquired", "Alice")],
    "expired": [("expired", "Alice")],
    "removed_by_ttl": [("expired", "Alice")],
    "taken_when_it_had_run_out": [("expired", "Alice"), ("acquired", "Bob")],
}


@pytest.mark.parametrize("end", ENDS)
def test_each_ending_has_one_entry(end: str, scene: Scene, historian: HistoryWriter) -> None:
    admin = scene.practice.admin
    getattr(scene, end)()
    assert historian.pump() == []
    entries, counted = history(admin, scene.appointment), statistics(admin, scene.appointment)
    assert actions_and_names(entries) == [BEGUN, *ENDS[end]]
    assert len({entry["id"] for entry in entries}) == len(entries)

    assert historian.redeliver_all() == []

    assert history(admin, scene.appointment) == entries
    assert statistics(admin, scene.appointment) == counted


def test_takeover_entry_has_reason(
    practice: Practice, alice: Member, appointment: str, historian: HistoryWriter
) -> None:
    alice.acquires(appointment)
    practice.admin.takes_over(appointment, reason="The patient is here")
    historian.pump()

    won, lost, _ = history(alice, appointment)
    assert (lost["releasedBy"], lost["reason"]) == (practice.admin.member_id, "The patient is here")
    assert lost["metadata"]["to"]["userInfo"]["name"] == "Dana"
    assert (won["metadata"]["how"], won["metadata"]["from"]["userId"]) == ("taken_over", alice.member_id)


def test_message_is_visible_to_its_members_and_admins(scene: Scene, historian: HistoryWriter) -> None:
    scene.denied()
    historian.pump()

    for member in (scene.alice, scene.bob, scene.practice.admin):
        denied = history(member, scene.appointment)[0]
        assert denied["metadata"]["message"] == "Not yet"
        assert denied["metadata"]["by"]["userId"] == scene.alice.member_id
    assert "message" not in history(scene.practice.adds_member("Carol"), scene.appointment)[0]["metadata"]


def test_expiry_entry_has_deadline_as_time(alice: Member, appointment: str, historian: HistoryWriter) -> None:
    alice.acquires(appointment)
    deadline = alice.status(appointment)["lock"]["expiresAt"]
    deadlines.sweep(clock=lambda: utc_now() + timedelta(seconds=500))
    historian.pump()

    expired, _ = history(alice, appointment)
    assert (expired["timestamp"], expired["duration"], expired["releasedBy"]) == (deadline, 300.0, "system")


def test_unordered_records_yield_ordered_history(
    practice: Practice, alice: Member, appointment: str, historian: HistoryWriter
) -> None:
    alice.acquires(appointment)
    practice.admin.takes_over(appointment)
    practice.admin.releases(appointment)
    assert historian.deliver(historian.records()[::-1]) == []

    expected = [BEGUN, ("taken_over", "Alice"), ("acquired", "Dana"), ("released", "Dana")]
    assert actions_and_names(history(alice, appointment)) == expected


def test_malformed_record_fails_alone(alice: Member, appointment: str, historian: HistoryWriter) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)
    records = historian.records()
    broken = json.loads(json.dumps(records[0], default=str))
    broken["dynamodb"]["NewImage"] = {"pk": {"S": "?"}}
    broken["dynamodb"]["SequenceNumber"] = "1"

    assert historian.deliver([broken, *records]) == [{"itemIdentifier": "1"}]
    assert actions_and_names(history(alice, appointment)) == [BEGUN, ("released", "Alice")]


def test_other_changes_of_table_have_no_entry(
    alice: Member, appointment: str, stream: Stream, historian: HistoryWriter
) -> None:
    alice.saves(appointment, 1, title="x")

    others = [one for one in stream.records() if one["dynamodb"]["Keys"]["sk"]["S"] != keys.LOCK_ATTEMPTS]
    assert historian.deliver(others) == []
    assert history(alice, appointment) == []
