"""What each kind of change of a lock tells."""

from dataclasses import replace

import pytest

from chalicelib.audit.model import HistoryEntry, UnexpectedTransition, entries_for_change
from tests.unit.locking.lock_desk import ALICE, ALICE_ELSEWHERE, BOB, DANA, START, Desk, seconds, tab


@pytest.fixture
def desk() -> Desk:
    """A lock that Alice has held since the start."""
    desk = Desk()
    desk.acquires(ALICE, 0)
    return desk


def told(entries: list[HistoryEntry]) -> list[tuple[str, str]]:
    return [(entry.action, entry.user_name) for entry in entries]


def test_a_hold_begins_and_is_given_back() -> None:
    desk = Desk()
    (acquired,) = desk.acquires(ALICE, 0)
    (released,) = desk.releases(ALICE, 61.5)

    assert (acquired.action, acquired.user_id, acquired.user_email) == ("acquired", "alice", "alice@practice.test")
    assert (acquired.timestamp, acquired.duration, acquired.released_by) == (START, None, None)
    assert acquired.metadata.how == "acquired"
    assert (released.action, released.timestamp, released.duration) == ("released", seconds(61.5), 61.5)
    assert released.released_by == "alice"
    assert released.lock_id == acquired.lock_id
    assert released.version == acquired.version + 1
    assert released.id == f"a1-{released.version:016d}-0"


def test_an_expiry_tells_its_deadline_and_not_when_it_was_noticed(desk: Desk) -> None:
    (expired,) = desk.settles(None, 333)

    assert told([expired]) == [("expired", "Alice")]
    assert (expired.timestamp, expired.duration, expired.released_by) == (seconds(300), 300.0, "system")
    assert expired.metadata.connection_lost is None


def test_an_expiry_after_a_dropped_connection_says_so(desk: Desk) -> None:
    desk.leaves(ALICE, 100)
    (expired,) = desk.settles(None, 116)

    assert (expired.timestamp, expired.duration) == (seconds(115), 115.0)
    assert expired.metadata.connection_lost is True


def test_the_removal_of_a_held_item_is_its_expiry(desk: Desk) -> None:
    assert desk.record
    held_at = desk.record.version
    (expired,) = desk.is_removed()

    assert told([expired]) == [("expired", "Alice")]
    assert (expired.version, expired.timestamp) == (held_at + 1, seconds(300))


def test_the_removal_of_a_free_item_tells_nothing(desk: Desk) -> None:
    desk.releases(ALICE, 1)

    assert desk.is_removed() == []


def test_who_acquires_what_ran_out_unannounced_ends_it_first(desk: Desk) -> None:
    expired, acquired = desk.acquires(BOB, 301)

    assert told([expired, acquired]) == [("expired", "Alice"), ("acquired", "Bob")]
    assert (expired.timestamp, acquired.timestamp) == (seconds(300), seconds(301))
    assert expired.version == acquired.version
    assert (expired.id[-2:], acquired.id[-2:]) == ("-0", "-1")


def test_the_deadline_itself_still_belongs_to_the_holder(desk: Desk) -> None:
    assert told(desk.acquires(ALICE, 300)) == [("moved", "Alice"), ("acquired", "Alice")]


def test_a_takeover_ends_one_hold_and_begins_another(desk: Desk) -> None:
    lost, won = desk.takes_over(DANA, 10)

    assert told([lost, won]) == [("taken_over", "Alice"), ("acquired", "Dana")]
    assert (lost.duration, lost.released_by, lost.reason) == (10.0, "dana", "She has left")
    assert lost.metadata.to is not None
    assert lost.metadata.to.user_info.name == "Dana"
    assert won.metadata.how == "taken_over"
    assert won.metadata.from_ is not None
    assert won.metadata.from_.user_id == "alice"
    assert won.lock_id != lost.lock_id


def test_a_forced_release_names_the_admin_and_the_reason(desk: Desk) -> None:
    (forced,) = desk.forces(DANA, 10)

    assert told([forced]) == [("force_released", "Alice")]
    assert (forced.released_by, forced.reason) == ("dana", "She has left")


def test_a_grant_passes_the_lock_on(desk: Desk) -> None:
    assert desk.asks(BOB, 5) == []
    granted, acquired = desk.grants(ALICE, 10)

    assert told([granted, acquired]) == [("granted", "Alice"), ("acquired", "Bob")]
    assert (granted.released_by, granted.metadata.message) == ("alice", "Yours")
    assert acquired.metadata.how == "granted"
    assert acquired.metadata.from_ is not None
    assert acquired.metadata.from_.user_id == "alice"


def test_what_is_granted_because_nobody_answered_was_ended_by_the_system(desk: Desk) -> None:
    desk.asks(BOB, 5, "grant")
    granted, acquired = desk.settles(None, 36)

    assert told([granted, acquired]) == [("granted", "Alice"), ("acquired", "Bob")]
    assert (granted.released_by, granted.metadata.unanswered) == ("system", True)


def test_a_denial_is_told_of_the_one_who_asked(desk: Desk) -> None:
    desk.asks(BOB, 5)
    (denied,) = desk.denies(ALICE, 10)

    assert told([denied]) == [("denied", "Bob")]
    assert denied.metadata.by is not None
    assert (denied.metadata.by.user_id, denied.metadata.message) == ("alice", "Not yet")
    assert (denied.duration, denied.released_by, denied.metadata.unanswered) == (None, None, None)


def test_a_request_that_lapsed_was_denied_without_an_answer(desk: Desk) -> None:
    desk.asks(BOB, 5)
    (denied,) = desk.settles(None, 36)

    assert told([denied]) == [("denied", "Bob")]
    assert (denied.metadata.unanswered, denied.metadata.by, denied.metadata.message) == (True, None, None)


@pytest.mark.parametrize("step", ["acquires", "moves"])
def test_the_same_members_new_hold_moves_the_lock(desk: Desk, step: str) -> None:
    who = ALICE if step == "acquires" else ALICE_ELSEWHERE
    moved, acquired = getattr(desk, step)(who, 20)

    assert told([moved, acquired]) == [("moved", "Alice"), ("acquired", "Alice")]
    assert (moved.duration, moved.released_by) == (20.0, "alice")
    assert acquired.metadata.how == {"acquires": "acquired", "moves": "moved"}[step]


def test_what_neither_begins_nor_ends_a_hold_tells_nothing(desk: Desk) -> None:
    assert desk.renews(ALICE, 1) == []
    assert desk.leaves(ALICE, 2) == []
    assert desk.comes_back(ALICE, 3) == []
    assert desk.asks(BOB, 4) == []
    assert desk.withdraws(BOB, 5) == []


def test_a_write_that_was_sent_again_tells_nothing_more(desk: Desk) -> None:
    """Its answer was lost, and the same lock id was written once more."""
    assert desk.record
    assert desk.record.lock
    version = desk.record.version + 1

    assert (
        desk.becomes(replace(desk.record, version=version, lock=replace(desk.record.lock, version=version))) == []
    )


def test_a_clock_that_is_behind_makes_no_hold_shorter_than_nothing(desk: Desk) -> None:
    (released,) = desk.releases(ALICE, -3)

    assert released.duration == 0.0


def test_only_those_concerned_and_admins_read_a_word_between_two(desk: Desk) -> None:
    desk.asks(BOB, 5)
    (denied,) = desk.denies(ALICE, 10)

    for member in (ALICE, BOB, DANA):
        assert denied.redacted_for(member.principal).metadata.message == "Not yet"
    stranger = denied.redacted_for(tab("Carol").principal)
    assert stranger.metadata.message is None
    assert stranger.metadata.by == denied.metadata.by


def test_a_change_that_no_rule_makes_is_not_explained_away(desk: Desk) -> None:
    assert desk.record
    assert desk.record.lock
    other = replace(desk.record, lock=replace(desk.record.lock, lock_id="other"), cause="renewed")

    with pytest.raises(UnexpectedTransition):
        entries_for_change(desk.record, other)
    with pytest.raises(UnexpectedTransition):
        entries_for_change(replace(desk.record, lock=None), other)
