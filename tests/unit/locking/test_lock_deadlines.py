"""Every deadline of a lock has a message, for as long as it is a deadline."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.events.deadline_queue import Deadline
from chalicelib.core.http.errors import Conflict
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockRecord, never_locked, rules
from chalicelib.locking.model.deadlines import deadlines_for_change, next_due_at
from chalicelib.locking.model.rules import LockRequest, Timeouts
from tests.lock_builders import (
    ALICE,
    BOB,
    CARLA,
    ENDS,
    NINE,
    SECOND,
    TICK,
    TIMEOUTS,
    apply_all_due,
    held_lock,
    released,
    response,
    waiter,
    with_requests,
)

Step = Callable[[LockRecord, datetime], LockRecord]


def announced(old: LockRecord | None, new: LockRecord) -> list[tuple[datetime, str | None]]:
    return [(timer.due_at, timer.lock_id) for timer in deadlines_for_change("t", old, new)]


def test_new_lease_has_deadline_that_follows_renewals() -> None:
    held = held_lock()

    assert announced(None, held) == [(ENDS, "first")]
    renewed = rules.renew(held, ALICE.principal, "first", NINE + SECOND, TIMEOUTS)
    assert announced(held, renewed) == [], "the first deadline follows the lease"
    assert next_due_at(Deadline("lock", "t", "a1", ENDS, "first"), renewed) == ENDS + SECOND


def test_request_and_reservation_have_own_deadlines() -> None:
    held = held_lock()
    line = with_requests(held, BOB)
    assert announced(held, line) == [(NINE + TIMEOUTS.request_timeout, None)]
    assert announced(line, with_requests(line, CARLA)) == []
    free = released(line, NINE)
    assert announced(line, free) == [(free.reserved_until, None)]


def test_disconnect_announces_shortened_deadline() -> None:
    held = held_lock()
    away = rules.disconnect(held, ALICE, NINE, TIMEOUTS)

    assert announced(held, away) == [(NINE + TIMEOUTS.grace, None)]
    assert announced(away, rules.reconnect(away, ALICE, NINE + SECOND)) == []


def test_grant_announces_new_lease() -> None:
    line = with_requests(held_lock(), BOB)

    granted = rules.grant(line, response(), "theirs", NINE + SECOND, TIMEOUTS)

    assert announced(line, granted) == [(NINE + SECOND + TIMEOUTS.lease, "theirs")]


@pytest.mark.parametrize(
    ("record", "timer", "due_at"),
    [
        (None, Deadline("lock", "t", "a1", ENDS, "first"), None),
        (held_lock(), Deadline("lock", "t", "a1", NINE, "first"), ENDS),
        (held_lock(), Deadline("lock", "t", "a1", ENDS, "another"), None),
        (released(held_lock(), NINE), Deadline("lock", "t", "a1", ENDS, "first"), None),
        (
            with_requests(held_lock(), BOB),
            Deadline("lock", "t", "a1", NINE + TIMEOUTS.request_timeout),
            NINE + TIMEOUTS.request_timeout,
        ),
        (
            with_requests(held_lock(), BOB),
            Deadline("lock", "t", "a1", NINE + TIMEOUTS.request_timeout + TICK),
            None,
        ),
        (held_lock(), Deadline("lock", "t", "a1", ENDS), ENDS),
    ],
)
def test_deadline_is_needed_again_while_it_applies(
    record: LockRecord | None, timer: Deadline, due_at: datetime | None
) -> None:
    assert next_due_at(timer, record) == due_at


# So short that deadlines often coincide.
SHORT = Timeouts(lease=4 * SECOND, grace=SECOND, request_timeout=2 * SECOND)
STEPS: dict[str, Step] = {
    "nothing": lambda record, _: record,
    "acquire": lambda record, now: rules.acquire(record, LockRequest(ALICE, f"at {now}", now, SHORT), None),
    "acquire too": lambda record, now: rules.acquire(record, LockRequest(BOB, f"at {now}", now, SHORT), None),
    "renew": lambda record, now: rules.renew(record, *_holder(record), now, SHORT),
    "release": lambda record, now: rules.release(
        record, rules.ReleaseRequest(_holder(record)[1], None, now), None
    ),
    "ask": lambda record, now: rules.request_control(record, BOB, waiter(BOB, now), now, SHORT),
    "ask too": lambda record, now: rules.request_control(
        record, CARLA, replace(waiter(CARLA, now), on_timeout="grant"), now, SHORT, admins_first=True
    ),
    "withdraw": lambda record, now: rules.withdraw_request(record, BOB, now, SHORT),
    "grant": lambda record, now: rules.grant(
        record, rules.ControlResponse(*_holder(record)), f"at {now}", now, SHORT
    ),
    "deny": lambda record, now: rules.deny(record, rules.ControlResponse(*_holder(record)), now, SHORT),
    "leave": lambda record, now: rules.disconnect(record, ALICE, now, SHORT),
    "come back": lambda record, now: rules.reconnect(record, ALICE, now),
}


def _holder(record: LockRecord) -> tuple[Principal, str]:
    lock = record.lock
    holder = {tab.member_id: tab for tab in (ALICE, BOB, CARLA)}[lock.user_id if lock else "alice"]
    return holder.principal, (lock.lock_id if lock else None) or "none"


class QueueSimulation:
    """A lock, its deadline queue and a clock; each message arrives one tick after its deadline."""

    def __init__(self) -> None:
        self.now = NINE
        self.record = never_locked("a1", NINE, 6)
        self.queue: list[Deadline] = []

    def apply(self, step: Step) -> None:
        try:
            self._write(step(self.record, self.now))
        except Conflict:
            return

    def _write(self, record: LockRecord) -> None:
        if record is not self.record:
            self.queue += deadlines_for_change("t", self.record, record)
            self.record = record

    def advance_to(self, then: datetime) -> None:
        while early := [timer for timer in self.queue if timer.due_at < then]:
            timer = min(early, key=lambda one: one.due_at)
            self.queue.remove(timer)
            self._deliver(timer, timer.due_at + TICK)
        self.now = then

    def _deliver(self, timer: Deadline, now: datetime) -> None:
        lock_ids = iter(f"at {now}, {number}" for number in range(9))
        while (
            record := rules.apply_due_transition(self.record, now, SHORT, lambda: next(lock_ids))
        ) is not self.record:
            self._write(record)
        due_at = next_due_at(timer, self.record)
        if due_at is not None:
            self.queue.append(replace(timer, due_at=due_at))


@given(st.lists(st.tuples(st.sampled_from([*STEPS]), st.sampled_from([0, 0, 1, 1, 2, 3])), max_size=30))
def test_messages_alone_apply_every_due_transition(steps: list[tuple[str, int]]) -> None:
    """After any operations in any order the messages suffice, and the lock is free in the end."""
    waiting = QueueSimulation()
    for name, seconds in steps:
        waiting.apply(STEPS[name])
        waiting.advance_to(waiting.now + seconds * SECOND)
        due_at = waiting.record.due_at
        assert due_at is None or due_at >= waiting.now - TICK
    waiting.advance_to(waiting.now + timedelta(minutes=2))
    assert (waiting.record.lock, waiting.record.waitlist, waiting.queue) == (None, (), [])
    assert apply_all_due(waiting.record, waiting.now) is waiting.record
