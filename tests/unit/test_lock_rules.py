"""The rules of the lock at their edges: each takes the record as it stands and gives the one to write."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.auth import Principal
from chalicelib.core.errors import Conflict
from chalicelib.locking.model import (
    TURN,
    Asker,
    LineFull,
    Locked,
    LockLost,
    LockRecord,
    LockVersionMismatch,
    NothingAsked,
    NotLocked,
    Tab,
    never_locked,
    rules,
)
from chalicelib.locking.model.lock import MOST_WAITING
from chalicelib.locking.model.rules import Claim, Terms

SECOND = timedelta(seconds=1)
TICK = timedelta(milliseconds=1)
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TERMS = Terms(lease=300 * SECOND, grace=15 * SECOND, patience=30 * SECOND)
ENDS = NINE + TERMS.lease


def tab(name: str, number: int = 1, *, is_admin: bool = False) -> Tab:
    principal = Principal("t", name, f"{name}@practice.test", name.title(), "admin" if is_admin else "staff")
    return Tab(principal, f"{name}-in-tab-{number}")


ALICE, BOB, CARLA = tab("alice"), tab("bob"), tab("carla")
DANA, EVE = tab("dana", is_admin=True), tab("eve", is_admin=True)


def taken(by: Tab = ALICE, at: datetime = NINE, lock_id: str = "first") -> LockRecord:
    return rules.acquire(never_locked("a1", at, 6), Claim(by, lock_id, at, TERMS), None)


def acquired(record: LockRecord, by: Tab, at: datetime, expected: int | None = None) -> LockRecord:
    return rules.acquire(record, Claim(by, "next", at, TERMS), expected)


def asked(record: LockRecord, *tabs: Tab, at: datetime = NINE, admins_first: bool = False) -> LockRecord:
    for one in tabs:
        record = rules.request(record, one, asker(one, at), at, TERMS, admins_first=admins_first)
    return record


def asker(one: Tab, at: datetime = NINE) -> Asker:
    is_admin = one.principal.role == "admin"
    return Asker(one.user_id, one.user_info, one.session_id, "", at, is_admin)


def names(record: LockRecord) -> list[str]:
    return [one.user_id for one in record.line]


def freed(record: LockRecord, at: datetime) -> LockRecord:
    return rules.release(record, rules.Surrender("first", None, at), None)


def answer(user_id: str | None = None, message: str | None = None, lock_id: str = "first") -> rules.Answer:
    return rules.Answer(ALICE.principal, lock_id, user_id, message)


def settled(record: LockRecord, now: datetime) -> LockRecord:
    while (after := rules.settle(record, now, TERMS, lambda: "by-timeout")) is not record:
        record = after
    return record


# Taking the lock, keeping it, and giving it back


def test_the_deadline_itself_belongs_to_the_holder() -> None:
    held = taken()

    with pytest.raises(Locked):
        acquired(held, BOB, ENDS)
    assert rules.renew(held, ALICE.principal, "first", ENDS, TERMS).lock
    assert settled(held, ENDS) is held

    assert acquired(held, BOB, ENDS + TICK).lock
    with pytest.raises(LockLost):
        rules.renew(held, ALICE.principal, "first", ENDS + TICK, TERMS)
    assert settled(held, ENDS + TICK).lock is None


def test_an_ended_lease_is_shown_to_nobody() -> None:
    held = taken()

    assert rules.describe(held, "alice", ENDS).lock
    assert rules.describe(held, "alice", ENDS + TICK).lock is None
    assert rules.describe(held, "alice", ENDS + TICK).state == "expired"


@given(st.integers(-10_000, 400_000), st.integers(-10_000, 400_000))
def test_a_renewal_always_ends_later(first_ms: int, second_ms: int) -> None:
    """However wrong the clocks of the functions that renew."""
    held = taken()
    for offset in (first_ms, second_ms):
        assert held.lock
        before = held.lock
        try:
            held = rules.renew(held, ALICE.principal, "first", NINE + offset * TICK, TERMS)
        except LockLost:
            assert NINE + offset * TICK > before.expires_at
            continue
        assert held.lock
        assert held.lock.expires_at > before.expires_at
        assert (held.lock.acquired_at, held.lock.lock_id) == (before.acquired_at, before.lock_id)


@pytest.mark.parametrize("expected", [None, 7])
def test_what_is_free_already_stays_as_it_is(expected: int | None) -> None:
    free = freed(taken(), NINE + SECOND)

    assert rules.release(free, rules.Surrender("any", "bob", NINE + SECOND), expected) is free


def test_a_lock_is_released_after_its_deadline_too() -> None:
    assert freed(taken(), ENDS + SECOND).cause == "released"


def test_a_wrong_version_is_named_after_a_holder() -> None:
    held = taken()

    with pytest.raises(Locked):
        acquired(held, BOB, NINE, expected=99)
    with pytest.raises(LockVersionMismatch):
        acquired(held, BOB, ENDS + TICK, expected=99)
    assert acquired(held, BOB, ENDS + TICK, expected=held.version).version == held.version + 1


def test_only_the_own_lock_is_moved() -> None:
    held, other = taken(), Claim(tab("alice", 2), "moved", NINE + SECOND, TERMS)

    moved = rules.move(held, other)

    assert moved.lock
    assert (moved.lock.session_id, moved.lock.lock_id) == ("alice-in-tab-2", "moved")
    with pytest.raises(Locked):
        rules.move(held, Claim(BOB, "moved", NINE, TERMS))
    with pytest.raises(NotLocked):
        rules.move(held, Claim(tab("alice", 2), "moved", ENDS + TICK, TERMS))


def test_an_admin_takes_what_is_as_seen() -> None:
    held = asked(taken(), BOB, DANA)
    claim, command = Claim(DANA, "hers", NINE, TERMS), rules.Command(DANA.principal, "urgent", held.version)

    taken_over = rules.take_over(held, claim, command)

    assert taken_over.lock
    assert (taken_over.lock.user_id, names(taken_over)) == ("dana", ["bob"]), "she waits no longer"
    assert taken_over.actor
    assert (taken_over.actor.user_id, taken_over.reason) == ("dana", "urgent")
    with pytest.raises(LockVersionMismatch):
        rules.force_release(taken_over, rules.Command(EVE.principal, "", held.version), NINE)
    with pytest.raises(NotLocked):
        rules.force_release(held, command, ENDS + TICK)


# The waiting line


def test_who_asks_twice_keeps_the_place_and_the_time() -> None:
    line = asked(taken(), BOB, CARLA)

    again = rules.request(line, tab("bob", 2), asker(tab("bob", 2), NINE + SECOND), NINE + SECOND, TERMS)

    assert names(again) == ["bob", "carla"]
    assert (again.line[0].session_id, again.line[0].asked_at) == ("bob-in-tab-2", NINE)
    assert again.control_expires_at == line.control_expires_at, "asking again does not buy time"


@pytest.mark.parametrize(
    ("askers", "line"),
    [
        ([BOB, DANA], ["dana", "bob"]),
        ([DANA, BOB, EVE], ["dana", "eve", "bob"]),
        ([BOB, CARLA, EVE, DANA], ["eve", "dana", "bob", "carla"]),
        ([DANA, BOB, DANA], ["dana", "bob"]),
    ],
)
def test_admins_stand_before_others_in_the_order_in_which_they_asked(askers: list[Tab], line: list[str]) -> None:
    assert names(asked(taken(), *askers, admins_first=True)) == line
    assert names(asked(taken(), *askers)) == [one.user_id for one in dict.fromkeys(askers)]


def test_whoever_is_first_anew_has_the_whole_time() -> None:
    line = asked(taken(), BOB)
    later = NINE + 10 * SECOND

    pushed_back = asked(line, DANA, at=later, admins_first=True)
    behind = asked(line, DANA, at=later)

    assert line.control_expires_at == behind.control_expires_at == NINE + TERMS.patience
    assert pushed_back.control_expires_at == later + TERMS.patience


def test_nobody_waits_for_what_is_free_or_their_own() -> None:
    with pytest.raises(NotLocked):
        asked(freed(taken(), NINE), BOB)
    with pytest.raises(NotLocked):
        asked(taken(), BOB, at=ENDS + TICK)
    with pytest.raises(Locked) as refusal:
        asked(taken(), tab("alice", 2))
    assert refusal.value.evidence["sameUser"] is True


def test_the_line_is_not_endless() -> None:
    full = asked(taken(), *(tab(f"member-{number}") for number in range(MOST_WAITING)))

    assert len(asked(full, tab("member-3")).line) == MOST_WAITING, "who is in it may ask again"
    with pytest.raises(LineFull):
        asked(full, BOB)


def test_only_the_tab_that_asked_withdraws() -> None:
    line = asked(taken(), BOB, CARLA)

    assert rules.withdraw(line, tab("bob", 2), NINE, TERMS) is line
    left = rules.withdraw(line, BOB, NINE + SECOND, TERMS)

    assert (names(left), left.control_expires_at) == (["carla"], NINE + SECOND + TERMS.patience)
    assert rules.withdraw(left, CARLA, NINE + SECOND, TERMS).control_expires_at is None


@pytest.mark.parametrize("respond", ["grant", "deny"])
def test_an_answer_is_for_the_first_alone(respond: str) -> None:
    def responds(record: LockRecord, to: rules.Answer) -> LockRecord:
        if respond == "deny":
            return rules.deny(record, to, NINE, TERMS)
        return rules.grant(record, to, "theirs", NINE, TERMS)

    line = asked(taken(), BOB, CARLA)

    for user_id in (None, "bob"):
        assert names(responds(line, answer(user_id))) == ["carla"]
    with pytest.raises(NothingAsked):
        responds(line, answer("carla"))
    with pytest.raises(NothingAsked):
        responds(taken(), answer())
    with pytest.raises(LockLost):
        responds(line, answer(lock_id="another"))
    with pytest.raises(LockLost):
        responds(line, rules.Answer(BOB.principal, "first"))


def test_a_grant_is_a_new_hold_and_the_next_is_asked_for() -> None:
    granted = rules.grant(asked(taken(), BOB, CARLA), answer(), "theirs", NINE + SECOND, TERMS)

    assert granted.lock
    assert granted.actor
    assert (granted.lock.user_id, granted.lock.lock_id, granted.actor.user_id) == ("bob", "theirs", "alice")
    assert granted.lock.expires_at == NINE + SECOND + TERMS.lease
    assert granted.control_expires_at == NINE + SECOND + TERMS.patience


@pytest.mark.parametrize("message", [None, ""])
def test_no_word_is_no_word(message: str | None) -> None:
    line = asked(taken(), BOB)

    assert rules.grant(line, answer(message=message), "theirs", NINE, TERMS).reason is None
    assert rules.deny(line, answer(message=message), NINE, TERMS).reason is None


# What falls due


def test_a_freed_lock_is_kept_for_the_first() -> None:
    free = freed(asked(taken(), BOB, CARLA), NINE)

    assert free.turn_ends_at == NINE + TURN
    with pytest.raises(Locked) as refusal:
        acquired(free, CARLA, NINE + TURN)
    reserved = refusal.value.evidence["lock"]
    assert (refusal.value.evidence["reserved"], reserved.user_id) == (True, "bob")  # type: ignore[attr-defined]
    assert names(acquired(free, tab("bob", 2), NINE + TURN)) == ["carla"]
    assert names(acquired(free, CARLA, NINE + TURN + TICK)) == []


@pytest.mark.parametrize(
    ("after", "whose"),
    [(TICK, "bob"), (TURN, "bob"), (TURN + TICK, "carla"), (2 * TURN, "carla"), (2 * TURN + TICK, None)],
)
def test_overdue_turns_follow_one_another_even_if_nobody_settles_them(after: timedelta, whose: str | None) -> None:
    line = asked(taken(), BOB, CARLA)

    if whose is None:
        assert acquired(line, DANA, ENDS + after).lock
        return
    with pytest.raises(Locked) as refusal:
        acquired(line, DANA, ENDS + after)

    lock = refusal.value.evidence["lock"]
    assert lock.user_id == whose  # type: ignore[attr-defined]
    assert lock.version == line.version, "of the lock as it is stored"  # type: ignore[attr-defined]


def test_who_is_gone_has_no_turn() -> None:
    line = rules.leave(asked(taken(), BOB, CARLA), BOB, NINE, TERMS)

    assert names(freed(line, NINE)) == ["carla"]
    assert names(freed(rules.come_back(line, BOB, NINE), NINE)) == ["bob", "carla"]


@pytest.mark.parametrize(("on_timeout", "is_gone"), [("lapse", False), ("grant", True), ("grant", False)])
def test_an_unanswered_request(on_timeout: str, *, is_gone: bool) -> None:
    first = replace(asker(BOB), on_timeout=on_timeout, gone_at=NINE if is_gone else None)  # type: ignore[arg-type]
    line = rules.request(asked(taken(), CARLA), DANA, first, NINE, TERMS)
    line = replace(line, line=line.line[::-1])
    due = NINE + TERMS.patience

    assert settled(line, due) is line
    after = settled(line, due + TICK)

    assert after.lock
    is_granted = on_timeout == "grant" and not is_gone
    assert (after.cause, after.lock.user_id) == (("granted", "bob") if is_granted else ("lapsed", "alice"))
    assert (names(after), after.control_expires_at) == (["carla"], due + TICK + TERMS.patience)


def test_all_that_is_due_is_done_one_thing_after_the_other() -> None:
    line = asked(taken(), BOB, CARLA)
    after = [ENDS + TICK, ENDS + TICK + TURN + TICK, ENDS + 2 * TURN + 3 * TICK]

    causes = []
    for now in after:
        line = settled(line, now)
        causes.append((line.cause, names(line)))

    assert causes == [("expired", ["bob", "carla"]), ("passed_over", ["carla"]), ("passed_over", [])]
    assert line.due_at is None


def test_expiry_told_by_ttl_is_at_the_deadline() -> None:
    assert rules.expire(taken()).changed_at == ENDS
    free = freed(taken(), NINE)
    assert rules.expire(free) is free


# Connections that drop


@given(st.integers(0, 300_000), st.integers(0, 15_000))
def test_who_comes_back_in_time_has_what_they_had(left_ms: int, away_ms: int) -> None:
    line = asked(taken(), BOB, CARLA)
    left, back = NINE + left_ms * TICK, NINE + (left_ms + away_ms) * TICK

    for one in (ALICE, BOB):
        away = rules.leave(line, one, left, TERMS)
        again = rules.come_back(away, one, back)
        if back > ENDS:
            continue
        assert again.lock
        assert line.lock
        assert replace(again.lock, version=0) == replace(line.lock, version=0)
        assert (again.line, again.lease_until) == (line.line, None)


def test_a_dropped_connection_keeps_the_lock_for_the_grace() -> None:
    away = rules.leave(taken(), ALICE, NINE, TERMS)

    assert away.lock
    assert away.lock.expires_at == NINE + TERMS.grace
    assert rules.leave(away, ALICE, NINE + SECOND, TERMS) is away, "dropping twice is dropping once"
    assert rules.come_back(away, ALICE, NINE + TERMS.grace + TICK) is away, "too late"


def test_a_lease_shorter_than_the_grace_is_not_prolonged() -> None:
    held = taken()

    assert rules.leave(held, ALICE, ENDS - SECOND, TERMS) is held


@pytest.mark.parametrize("other", [tab("alice", 2), BOB])
def test_other_tabs_change_nothing(other: Tab) -> None:
    held = taken()

    assert rules.leave(held, other, NINE, TERMS) is held
    assert rules.come_back(held, other, NINE) is held
    away = rules.leave(held, ALICE, NINE, TERMS)
    assert rules.come_back(away, other, NINE) is away


def test_a_renewal_while_away_is_a_whole_lease() -> None:
    """The page may still reach the API while its socket is down."""
    away = rules.leave(taken(), ALICE, NINE, TERMS)

    renewed = rules.renew(away, ALICE.principal, "first", NINE + SECOND, TERMS)

    assert renewed.lock
    assert (renewed.lock.expires_at, renewed.lease_until) == (NINE + SECOND + TERMS.lease, None)


@pytest.mark.parametrize("refused", [Locked, LockLost, NotLocked, NothingAsked, LineFull, LockVersionMismatch])
def test_every_refusal_is_a_conflict(refused: type[Conflict]) -> None:
    assert refused.status == 409
