"""The rules of the waitlist and of due transitions."""

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
from tests.lock_builders import (
    BOB,
    CARLA,
    DANA,
    ENDS,
    EVE,
    NINE,
    SECOND,
    TICK,
    TIMEOUTS,
    acquire,
    apply_all_due,
    held_lock,
    released,
    response,
    tab,
    waiter,
    waiter_ids,
    with_requests,
)


def test_repeated_request_keeps_position_and_deadline() -> None:
    line = with_requests(held_lock(), BOB, CARLA)

    again = rules.request_control(
        line, tab("bob", 2), waiter(tab("bob", 2), NINE + SECOND), NINE + SECOND, TIMEOUTS
    )

    assert waiter_ids(again) == ["bob", "carla"]
    assert (again.waitlist[0].tab_id, again.waitlist[0].asked_at) == ("secret-bob-in-tab-2", NINE)
    assert again.control_expires_at == line.control_expires_at, "a repeated request gives no more time"


@pytest.mark.parametrize(
    ("waiters", "line"),
    [
        ([BOB, DANA], ["dana", "bob"]),
        ([DANA, BOB, EVE], ["dana", "eve", "bob"]),
        ([BOB, CARLA, EVE, DANA], ["eve", "dana", "bob", "carla"]),
        ([DANA, BOB, DANA], ["dana", "bob"]),
    ],
)
def test_admins_precede_others_in_order_of_request(waiters: list[Tab], line: list[str]) -> None:
    assert waiter_ids(with_requests(held_lock(), *waiters, admins_first=True)) == line
    assert waiter_ids(with_requests(held_lock(), *waiters)) == [one.member_id for one in dict.fromkeys(waiters)]


def test_new_first_waiter_has_full_time() -> None:
    line = with_requests(held_lock(), BOB)
    later = NINE + 10 * SECOND

    pushed_back = with_requests(line, DANA, at=later, admins_first=True)
    behind = with_requests(line, DANA, at=later)

    assert line.control_expires_at == behind.control_expires_at == NINE + TIMEOUTS.request_timeout
    assert pushed_back.control_expires_at == later + TIMEOUTS.request_timeout


def test_request_for_free_or_own_lock_is_refused() -> None:
    with pytest.raises(NotLocked):
        with_requests(released(held_lock(), NINE), BOB)
    with pytest.raises(NotLocked):
        with_requests(held_lock(), BOB, at=ENDS + TICK)
    with pytest.raises(Locked) as refusal:
        with_requests(held_lock(), tab("alice", 2))
    assert refusal.value.extensions["sameUser"] is True


def test_waitlist_has_maximum_length() -> None:
    full = with_requests(held_lock(), *(tab(f"member-{number}") for number in range(MAX_WAITERS)))

    assert len(with_requests(full, tab("member-3")).waitlist) == MAX_WAITERS, "a waiter can repeat the request"
    with pytest.raises(WaitlistFull):
        with_requests(full, BOB)


def test_withdrawal_from_any_tab_removes_request() -> None:
    line = with_requests(held_lock(), BOB, CARLA)

    assert rules.withdraw_request(line, tab("dave"), NINE, TIMEOUTS) is line
    left = rules.withdraw_request(line, tab("bob", 2), NINE + SECOND, TIMEOUTS)

    assert (waiter_ids(left), left.control_expires_at) == (["carla"], NINE + SECOND + TIMEOUTS.request_timeout)
    assert rules.withdraw_request(left, CARLA, NINE + SECOND, TIMEOUTS).control_expires_at is None


@pytest.mark.parametrize("respond", ["grant", "deny"])
def test_response_applies_to_first_waiter_only(respond: str) -> None:
    def responds(record: LockRecord, to: rules.ControlResponse) -> LockRecord:
        if respond == "deny":
            return rules.deny(record, to, NINE, TIMEOUTS)
        return rules.grant(record, to, "theirs", NINE, TIMEOUTS)

    line = with_requests(held_lock(), BOB, CARLA)

    for user_id in (None, "bob"):
        assert waiter_ids(responds(line, response(user_id))) == ["carla"]
    with pytest.raises(NoControlRequest):
        responds(line, response("carla"))
    with pytest.raises(NoControlRequest):
        responds(held_lock(), response())
    with pytest.raises(LockLost):
        responds(line, response(lock_id="another"))
    with pytest.raises(LockLost):
        responds(line, rules.ControlResponse(BOB.principal, "first"))


def test_grant_starts_lease_and_announces_next_request() -> None:
    granted = rules.grant(with_requests(held_lock(), BOB, CARLA), response(), "theirs", NINE + SECOND, TIMEOUTS)

    assert granted.lock
    assert granted.actor
    assert (granted.lock.user_id, granted.lock.lock_id, granted.actor.user_id) == ("bob", "theirs", "alice")
    assert granted.lock.expires_at == NINE + SECOND + TIMEOUTS.lease
    assert granted.control_expires_at == NINE + SECOND + TIMEOUTS.request_timeout


@pytest.mark.parametrize("message", [None, ""])
def test_response_without_message_stores_none(message: str | None) -> None:
    line = with_requests(held_lock(), BOB)

    assert rules.grant(line, response(message=message), "theirs", NINE, TIMEOUTS).reason is None
    assert rules.deny(line, response(message=message), NINE, TIMEOUTS).reason is None


def test_released_lock_is_reserved_for_first_waiter() -> None:
    free = released(with_requests(held_lock(), BOB, CARLA), NINE)

    assert free.reserved_until == NINE + RESERVATION_TIMEOUT
    with pytest.raises(Locked) as refusal:
        acquire(free, CARLA, NINE + RESERVATION_TIMEOUT)
    reserved = refusal.value.extensions["lock"]
    assert (refusal.value.extensions["reserved"], reserved.user_id) == (True, "bob")  # type: ignore[attr-defined]
    assert waiter_ids(acquire(free, tab("bob", 2), NINE + RESERVATION_TIMEOUT)) == ["carla"]
    assert waiter_ids(acquire(free, CARLA, NINE + RESERVATION_TIMEOUT + TICK)) == []


@pytest.mark.parametrize(
    ("after", "member_id"),
    [
        (TICK, "bob"),
        (RESERVATION_TIMEOUT, "bob"),
        (RESERVATION_TIMEOUT + TICK, "carla"),
        (2 * RESERVATION_TIMEOUT, "carla"),
        (2 * RESERVATION_TIMEOUT + TICK, None),
    ],
)
def test_missed_reservations_pass_on_without_a_write(after: timedelta, member_id: str | None) -> None:
    line = with_requests(held_lock(), BOB, CARLA)

    if member_id is None:
        assert acquire(line, DANA, ENDS + after).lock
        return
    with pytest.raises(Locked) as refusal:
        acquire(line, DANA, ENDS + after)

    lock = refusal.value.extensions["lock"]
    assert lock.user_id == member_id  # type: ignore[attr-defined]
    assert lock.version == line.version, "of the lock as it is stored"  # type: ignore[attr-defined]


def test_disconnected_waiter_gets_no_reservation() -> None:
    line = rules.disconnect(with_requests(held_lock(), BOB, CARLA), BOB, NINE, TIMEOUTS)

    assert waiter_ids(released(line, NINE)) == ["carla"]
    assert waiter_ids(released(rules.reconnect(line, BOB, NINE), NINE)) == ["bob", "carla"]


@pytest.mark.parametrize(("on_timeout", "is_gone"), [("lapse", False), ("grant", True), ("grant", False)])
def test_unanswered_request_lapses_or_is_granted(on_timeout: str, *, is_gone: bool) -> None:
    first = replace(waiter(BOB), on_timeout=on_timeout, disconnected_at=NINE if is_gone else None)  # type: ignore[arg-type]
    line = rules.request_control(with_requests(held_lock(), CARLA), DANA, first, NINE, TIMEOUTS)
    line = replace(line, waitlist=line.waitlist[::-1])
    due = NINE + TIMEOUTS.request_timeout

    assert apply_all_due(line, due) is line
    after = apply_all_due(line, due + TICK)

    assert after.lock
    is_granted = on_timeout == "grant" and not is_gone
    assert (after.cause, after.lock.user_id) == (("granted", "bob") if is_granted else ("lapsed", "alice"))
    assert (waiter_ids(after), after.control_expires_at) == (["carla"], due + TICK + TIMEOUTS.request_timeout)


def test_due_transitions_apply_in_order() -> None:
    line = with_requests(held_lock(), BOB, CARLA)
    after = [ENDS + TICK, ENDS + TICK + RESERVATION_TIMEOUT + TICK, ENDS + 2 * RESERVATION_TIMEOUT + 3 * TICK]

    causes = []
    for now in after:
        line = apply_all_due(line, now)
        causes.append((line.cause, waiter_ids(line)))

    assert causes == [("expired", ["bob", "carla"]), ("passed_over", ["carla"]), ("passed_over", [])]
    assert line.due_at is None


def test_expiry_by_ttl_is_at_the_deadline() -> None:
    assert rules.expire(held_lock()).changed_at == ENDS
    free = released(held_lock(), NINE)
    assert rules.expire(free) is free
