"""The entries of the history for each kind of change."""

from dataclasses import replace

import pytest

from chalicelib.audit.model import HistoryEntry, UnexpectedTransition, entries_for_change
from tests.lock_builders import ALICE, ALICE_ELSEWHERE, BOB, DANA, NINE, LockSimulation, seconds, tab


@pytest.fixture
def lock() -> LockSimulation:
    """Return a lock held by Alice from the start."""
    lock = LockSimulation()
    lock.acquires(ALICE, 0)
    return lock


def summary(entries: list[HistoryEntry]) -> list[tuple[str, str]]:
    return [(entry.action, entry.user_name) for entry in entries]


def test_acquire_and_release_have_an_entry_each() -> None:
    lock = LockSimulation()
    (acquired,) = lock.acquires(ALICE, 0)
    (released,) = lock.releases(ALICE, 61.5)

    assert (acquired.action, acquired.user_id, acquired.user_email) == ("acquired", "alice", "alice@practice.test")
    assert (acquired.timestamp, acquired.duration, acquired.released_by) == (NINE, None, None)
    assert acquired.metadata.how == "acquired"
    assert (released.action, released.timestamp, released.duration) == ("released", seconds(61.5), 61.5)
    assert released.released_by == "alice"
    assert released.lock_id == acquired.lock_id
    assert released.version == acquired.version + 1
    assert released.id == f"a1-{released.version:016d}-0"


def test_expiry_entry_has_deadline_as_time(lock: LockSimulation) -> None:
    (expired,) = lock.applies_due_transition(None, 333)

    assert summary([expired]) == [("expired", "Alice")]
    assert (expired.timestamp, expired.duration, expired.released_by) == (seconds(300), 300.0, "system")
    assert expired.metadata.connection_lost is None


def test_expiry_after_disconnect_has_connection_lost(lock: LockSimulation) -> None:
    lock.disconnects(ALICE, 100)
    (expired,) = lock.applies_due_transition(None, 116)

    assert (expired.timestamp, expired.duration) == (seconds(115), 115.0)
    assert expired.metadata.connection_lost is True


def test_removal_of_held_item_is_an_expiry(lock: LockSimulation) -> None:
    assert lock.record
    held_at = lock.record.version
    (expired,) = lock.is_removed()

    assert summary([expired]) == [("expired", "Alice")]
    assert (expired.version, expired.timestamp) == (held_at + 1, seconds(300))


def test_removal_of_free_item_has_no_entry(lock: LockSimulation) -> None:
    lock.releases(ALICE, 1)

    assert lock.is_removed() == []


def test_acquire_of_expired_lease_ends_it_first(lock: LockSimulation) -> None:
    expired, acquired = lock.acquires(BOB, 301)

    assert summary([expired, acquired]) == [("expired", "Alice"), ("acquired", "Bob")]
    assert (expired.timestamp, acquired.timestamp) == (seconds(300), seconds(301))
    assert expired.version == acquired.version
    assert (expired.id[-2:], acquired.id[-2:]) == ("-0", "-1")


def test_acquire_at_deadline_moves_the_lease(lock: LockSimulation) -> None:
    assert summary(lock.acquires(ALICE, 300)) == [("moved", "Alice"), ("acquired", "Alice")]


def test_takeover_ends_one_lease_and_starts_another(lock: LockSimulation) -> None:
    lost, won = lock.takes_over(DANA, 10)

    assert summary([lost, won]) == [("taken_over", "Alice"), ("acquired", "Dana")]
    assert (lost.duration, lost.released_by, lost.reason) == (10.0, "dana", "She has left")
    assert lost.metadata.to is not None
    assert lost.metadata.to.user_info.name == "Dana"
    assert won.metadata.how == "taken_over"
    assert won.metadata.from_ is not None
    assert won.metadata.from_.user_id == "alice"
    assert won.lock_id != lost.lock_id


def test_force_release_has_admin_and_reason(lock: LockSimulation) -> None:
    (forced,) = lock.force_releases(DANA, 10)

    assert summary([forced]) == [("force_released", "Alice")]
    assert (forced.released_by, forced.reason) == ("dana", "She has left")


def test_grant_ends_one_lease_and_starts_another(lock: LockSimulation) -> None:
    assert lock.requests_control(BOB, 5) == []
    granted, acquired = lock.grants(ALICE, 10)

    assert summary([granted, acquired]) == [("granted", "Alice"), ("acquired", "Bob")]
    assert (granted.released_by, granted.metadata.message) == ("alice", "Yours")
    assert acquired.metadata.how == "granted"
    assert acquired.metadata.from_ is not None
    assert acquired.metadata.from_.user_id == "alice"


def test_unanswered_grant_is_released_by_system(lock: LockSimulation) -> None:
    lock.requests_control(BOB, 5, "grant")
    granted, acquired = lock.applies_due_transition(None, 36)

    assert summary([granted, acquired]) == [("granted", "Alice"), ("acquired", "Bob")]
    assert (granted.released_by, granted.metadata.unanswered) == ("system", True)


def test_denial_belongs_to_requester(lock: LockSimulation) -> None:
    lock.requests_control(BOB, 5)
    (denied,) = lock.denies(ALICE, 10)

    assert summary([denied]) == [("denied", "Bob")]
    assert denied.metadata.by is not None
    assert (denied.metadata.by.user_id, denied.metadata.message) == ("alice", "Not yet")
    assert (denied.duration, denied.released_by, denied.metadata.unanswered) == (None, None, None)


def test_lapsed_request_is_an_unanswered_denial(lock: LockSimulation) -> None:
    lock.requests_control(BOB, 5)
    (denied,) = lock.applies_due_transition(None, 36)

    assert summary([denied]) == [("denied", "Bob")]
    assert (denied.metadata.unanswered, denied.metadata.by, denied.metadata.message) == (True, None, None)


@pytest.mark.parametrize("step", ["acquires", "moves"])
def test_new_lease_of_same_member_is_a_move(lock: LockSimulation, step: str) -> None:
    member_tab = ALICE if step == "acquires" else ALICE_ELSEWHERE
    moved, acquired = getattr(lock, step)(member_tab, 20)

    assert summary([moved, acquired]) == [("moved", "Alice"), ("acquired", "Alice")]
    assert (moved.duration, moved.released_by) == (20.0, "alice")
    assert acquired.metadata.how == {"acquires": "acquired", "moves": "moved"}[step]


def test_other_changes_have_no_entry(lock: LockSimulation) -> None:
    assert lock.renews(ALICE, 1) == []
    assert lock.disconnects(ALICE, 2) == []
    assert lock.reconnects(ALICE, 3) == []
    assert lock.requests_control(BOB, 4) == []
    assert lock.withdraws_request(BOB, 5) == []


def test_repeated_write_has_no_entry(lock: LockSimulation) -> None:
    """The response was lost, and the same lock id was written again."""
    assert lock.record
    assert lock.record.lock
    version = lock.record.version + 1

    assert lock.store(replace(lock.record, version=version, lock=replace(lock.record.lock, version=version))) == []


def test_duration_by_slow_clock_is_never_negative(lock: LockSimulation) -> None:
    (released,) = lock.releases(ALICE, -3)

    assert released.duration == 0.0


def test_message_is_visible_to_its_members_and_admins(lock: LockSimulation) -> None:
    lock.requests_control(BOB, 5)
    (denied,) = lock.denies(ALICE, 10)

    for member in (ALICE, BOB, DANA):
        assert denied.redacted_for(member.principal).metadata.message == "Not yet"
    stranger = denied.redacted_for(tab("carol").principal)
    assert stranger.metadata.message is None
    assert stranger.metadata.by == denied.metadata.by


def test_impossible_change_raises_unexpected_transition(lock: LockSimulation) -> None:
    assert lock.record
    assert lock.record.lock
    other = replace(lock.record, lock=replace(lock.record.lock, lock_id="other"), cause="renewed")

    with pytest.raises(UnexpectedTransition):
        entries_for_change(lock.record, other)
    with pytest.raises(UnexpectedTransition):
        entries_for_change(replace(lock.record, lock=None), other)
