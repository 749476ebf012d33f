"""The statistics of locks."""

from datetime import timedelta

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.locking.service import deadlines
from tests.app_client.history_writer import HistoryWriter, statistics
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.feature.locking.test_locks import held_since

pytestmark = pytest.mark.slow

NOTHING = {
    "actions": dict.fromkeys(
        ["acquired", "denied", "released", "expired", "force_released", "taken_over", "granted", "moved"], 0
    ),
    "holds": 0,
    "meanHoldSeconds": None,
    "longestHoldSeconds": None,
    "attempts": 0,
    "contention": 0,
    "takeovers": 0,
}


def own_statistics(member: Member) -> dict[str, object]:
    """Return a member's own numbers."""
    found: dict[str, object] = member.get(f"/users/{member.member_id}/lock-statistics").body
    return found


def test_statistics_without_history_are_zero(alice: Member, appointment: str) -> None:
    assert statistics(alice, appointment) == {"appointmentId": appointment, **NOTHING}
    assert own_statistics(alice) == {"userId": alice.member_id, **NOTHING}


def test_lease_lengths_are_measured(alice: Member, appointment: str, historian: HistoryWriter) -> None:
    for seconds_ago in (100, 40):
        held_since(alice, appointment, seconds_ago=seconds_ago)
        alice.releases(appointment)
    historian.pump()

    for found in (statistics(alice, appointment), own_statistics(alice)):
        assert found["holds"] == 2
        assert 70 <= float(str(found["meanHoldSeconds"])) < 90
        assert 100 <= float(str(found["longestHoldSeconds"])) < 120


def test_shorter_lease_never_replaces_the_longest(
    alice: Member, appointment: str, historian: HistoryWriter
) -> None:
    for seconds_ago in (100, 40):
        held_since(alice, appointment, seconds_ago=seconds_ago)
        alice.releases(appointment)
    historian.deliver(historian.records()[::-1])
    before = statistics(alice, appointment)

    historian.redeliver_all()

    assert statistics(alice, appointment) == before
    assert 100 <= before["longestHoldSeconds"] < 120


def test_refused_attempt_is_contention(
    alice: Member, bob: Member, appointment: str, historian: HistoryWriter
) -> None:
    alice.acquires(appointment)
    for _ in range(3):
        bob.acquires(appointment)
    alice.acquires(appointment)
    historian.pump()
    historian.redeliver_all()

    found = statistics(alice, appointment)
    assert (found["attempts"], found["contention"]) == (5, 3)
    assert (found["actions"]["acquired"], found["actions"]["moved"]) == (2, 1)
    assert [own_statistics(alice)[name] for name in ("attempts", "contention")] == [2, 0]
    assert [own_statistics(bob)[name] for name in ("attempts", "contention")] == [3, 3]


def test_success_before_its_attempt_is_no_contention(
    alice: Member, appointment: str, historian: HistoryWriter
) -> None:
    alice.acquires(appointment)
    records = historian.records()
    historian.deliver([one for one in records if one["dynamodb"]["Keys"]["sk"]["S"] == keys.LOCK])

    found = statistics(alice, appointment)
    assert (found["attempts"], found["contention"], found["actions"]["acquired"]) == (0, 0, 1)


def test_attempt_at_unknown_appointment_is_not_counted(
    practice: Practice, alice: Member, appointment: str, historian: HistoryWriter
) -> None:
    assert alice.acquires("nothing").status == 404
    alice.acquires(appointment)
    assert historian.pump() == []

    assert own_statistics(alice)["attempts"] == 1
    assert practice.admin.get("/appointments/nothing/lock-statistics").code == "NOT_FOUND"


def test_takeover_counts_for_lock_admin_and_former_holder(
    practice: Practice, alice: Member, appointment: str, historian: HistoryWriter
) -> None:
    alice.acquires(appointment)
    practice.admin.takes_over(appointment)
    historian.pump()
    historian.redeliver_all()

    admin = practice.admin
    assert statistics(admin, appointment)["takeovers"] == own_statistics(admin)["takeovers"] == 1
    assert own_statistics(alice)["takeovers"] == 0
    lost = practice.admin.get(f"/users/{alice.member_id}/lock-statistics")["actions"]
    assert (lost["taken_over"], lost["acquired"]) == (1, 1)
    assert own_statistics(admin)["contention"] == 0, "a takeover is no attempt"


@pytest.mark.parametrize("times", [1, 2])
def test_expired_lease_has_its_full_length(
    times: int, alice: Member, appointment: str, historian: HistoryWriter
) -> None:
    alice.acquires(appointment)
    deadlines.sweep(clock=lambda: utc_now() + timedelta(seconds=400))
    for _ in range(times):
        historian.deliver(historian.records())

    found = statistics(alice, appointment)
    assert (found["holds"], found["meanHoldSeconds"], found["longestHoldSeconds"]) == (1, 300.0, 300.0)
    assert found["actions"]["expired"] == 1
