"""The rules of the waiting line, and of what falls due of itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.locking.model import (
    RESERVATION_TIMEOUT,
    Locked,
    LockLost,
    LockRecord,
    NoControlRequest,
    NotLocked,
    Tab,
    WaitlistFull,
    rules,
)
from chalicelib.locking.model.lock import MAX_WAITERS
from tests.unit.locking.lock_scenes import (
    BOB,
    CARLA,
    DANA,
    ENDS,
    EVE,
    NINE,
    SECOND,
    TERMS,
    TICK,
    acquired,
    answer,
    asked,
    asker,
    freed,
    names,
    settled,
    tab,
    taken,
)


def test_who_asks_twice_keeps_the_place_and_the_time() -> None:
    line = asked(taken(), BOB, CARLA)

    again = rules.request_control(line, tab("bob", 2), asker(tab("bob", 2), NINE + SECOND), NINE + SECOND, TERMS)

    assert names(again) == ["bob", "carla"]
    assert (again.waitlist[0].tab_id, again.waitlist[0].asked_at) == ("bob-in-tab-2", NINE)
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
    assert names(asked(taken(), *askers)) == [one.member_id for one in dict.fromkeys(askers)]


def test_whoever_is_first_anew_has_the_whole_time() -> None:
    line = asked(taken(), BOB)
    later = NINE + 10 * SECOND

    pushed_back = asked(line, DANA, at=later, admins_first=True)
    behind = asked(line, DANA, at=later)

    assert line.control_expires_at == behind.control_expires_at == NINE + TERMS.request_timeout
    assert pushed_back.control_expires_at == later + TERMS.request_timeout


def test_nobody_waits_for_what_is_free_or_their_own() -> None:
    with pytest.raises(NotLocked):
        asked(freed(taken(), NINE), BOB)
    with pytest.raises(NotLocked):
        asked(taken(), BOB, at=ENDS + TICK)
    with pytest.raises(Locked) as refusal:
        asked(taken(), tab("alice", 2))
    assert refusal.value.extensions["sameUser"] is True


def test_the_line_is_not_endless() -> None:
    full = asked(taken(), *(tab(f"member-{number}") for number in range(MAX_WAITERS)))

    assert len(asked(full, tab("member-3")).waitlist) == MAX_WAITERS, "who is in it may ask again"
    with pytest.raises(WaitlistFull):
        asked(full, BOB)


def test_whoever_asked_withdraws_from_any_tab() -> None:
    line = asked(taken(), BOB, CARLA)

    assert rules.withdraw_request(line, tab("dave"), NINE, TERMS) is line
    left = rules.withdraw_request(line, tab("bob", 2), NINE + SECOND, TERMS)

    assert (names(left), left.control_expires_at) == (["carla"], NINE + SECOND + TERMS.request_timeout)
    assert rules.withdraw_request(left, CARLA, NINE + SECOND, TERMS).control_expires_at is None


@pytest.mark.parametrize("respond", ["grant", "deny"])
def test_an_answer_is_for_the_first_alone(respond: str) -> None:
    def responds(record: LockRecord, to: rules.ControlResponse) -> LockRecord:
        if respond == "deny":
            return rules.deny(record, to, NINE, TERMS)
        return rules.grant(record, to, "theirs", NINE, TERMS)

    line = asked(taken(), BOB, CARLA)

    for user_id in (None, "bob"):
        assert names(responds(line, answer(user_id))) == ["carla"]
    with pytest.raises(NoControlRequest):
        responds(line, answer("carla"))
    with pytest.raises(NoControlRequest):
        responds(taken(), answer())
    with pytest.raises(LockLost):
        responds(line, answer(lock_id="another"))
    with pytest.raises(LockLost):
        responds(line, rules.ControlResponse(BOB.principal, "first"))


def test_a_grant_is_a_new_hold_and_the_next_is_asked_for() -> None:
    granted = rules.grant(asked(taken(), BOB, CARLA), answer(), "theirs", NINE + SECOND, TERMS)

    assert granted.lock
    assert granted.actor
    assert (granted.lock.user_id, granted.lock.lock_id, granted.actor.user_id) == ("bob", "theirs", "alice")
    assert granted.lock.expires_at == NINE + SECOND + TERMS.lease
    assert granted.control_expires_at == NINE + SECOND + TERMS.request_timeout


@pytest.mark.parametrize("message", [None, ""])
def test_no_word_is_no_word(message: str | None) -> None:
    line = asked(taken(), BOB)

    assert rules.grant(line, answer(message=message), "theirs", NINE, TERMS).reason is None
    assert rules.deny(line, answer(message=message), NINE, TERMS).reason is None


def test_a_freed_lock_is_kept_for_the_first() -> None:
    free = freed(asked(taken(), BOB, CARLA), NINE)

    assert free.reserved_until == NINE + RESERVATION_TIMEOUT
    with pytest.raises(Locked) as refusal:
        acquired(free, CARLA, NINE + RESERVATION_TIMEOUT)
    reserved = refusal.value.extensions["lock"]
    assert (refusal.value.extensions["reserved"], reserved.user_id) == (True, "bob")  # type: ignore[attr-defined]
    assert names(acquired(free, tab("bob", 2), NINE + RESERVATION_TIMEOUT)) == ["carla"]
    assert names(acquired(free, CARLA, NINE + RESERVATION_TIMEOUT + TICK)) == []


@pytest.mark.parametrize(
    ("after", "whose"),
    [
        (TICK, "bob"),
        (RESERVATION_TIMEOUT, "bob"),
        (RESERVATION_TIMEOUT + TICK, "carla"),
        (2 * RESERVATION_TIMEOUT, "carla"),
        (2 * RESERVATION_TIMEOUT + TICK, None),
    ],
)
def test_overdue_turns_follow_one_another_even_if_nobody_settles_them(after: timedelta, whose: str | None) -> None:
    line = asked(taken(), BOB, CARLA)

    if whose is None:
        assert acquired(line, DANA, ENDS + after).lock
        return
    with pytest.raises(Locked) as refusal:
        acquired(line, DANA, ENDS + after)

    lock = refusal.value.extensions["lock"]
    assert lock.user_id == whose  # type: ignore[attr-defined]
    assert lock.version == line.version, "of the lock as it is stored"  # type: ignore[attr-defined]


def test_who_is_gone_has_no_turn() -> None:
    line = rules.disconnect(asked(taken(), BOB, CARLA), BOB, NINE, TERMS)

    assert names(freed(line, NINE)) == ["carla"]
    assert names(freed(rules.reconnect(line, BOB, NINE), NINE)) == ["bob", "carla"]


@pytest.mark.parametrize(("on_timeout", "is_gone"), [("lapse", False), ("grant", True), ("grant", False)])
def test_an_unanswered_request(on_timeout: str, *, is_gone: bool) -> None:
    first = replace(asker(BOB), on_timeout=on_timeout, disconnected_at=NINE if is_gone else None)  # type: ignore[arg-type]
    line = rules.request_control(asked(taken(), CARLA), DANA, first, NINE, TERMS)
    line = replace(line, waitlist=line.waitlist[::-1])
    due = NINE + TERMS.request_timeout

    assert settled(line, due) is line
    after = settled(line, due + TICK)

    assert after.lock
    is_granted = on_timeout == "grant" and not is_gone
    assert (after.cause, after.lock.user_id) == (("granted", "bob") if is_granted else ("lapsed", "alice"))
    assert (names(after), after.control_expires_at) == (["carla"], due + TICK + TERMS.request_timeout)


def test_all_that_is_due_is_done_one_thing_after_the_other() -> None:
    line = asked(taken(), BOB, CARLA)
    after = [ENDS + TICK, ENDS + TICK + RESERVATION_TIMEOUT + TICK, ENDS + 2 * RESERVATION_TIMEOUT + 3 * TICK]

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
