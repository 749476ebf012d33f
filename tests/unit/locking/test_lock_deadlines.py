"""Every deadline of a lock has a message that wakes somebody, and only while it is one."""

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
from tests.unit.locking.lock_scenes import (
    ALICE,
    BOB,
    CARLA,
    ENDS,
    NINE,
    SECOND,
    TERMS,
    TICK,
    answer,
    asked,
    asker,
    freed,
    settled,
    taken,
)

Step = Callable[[LockRecord, datetime], LockRecord]


def sent(old: LockRecord | None, new: LockRecord) -> list[tuple[datetime, str | None]]:
    return [(timer.due_at, timer.lock_id) for timer in deadlines_for_change("t", old, new)]


def test_a_new_lease_has_a_timer_that_follows_it() -> None:
    held = taken()

    assert sent(None, held) == [(ENDS, "first")]
    renewed = rules.renew(held, ALICE.principal, "first", NINE + SECOND, TERMS)
    assert sent(held, renewed) == [], "the first one follows"
    assert next_due_at(Deadline("lock", "t", "a1", ENDS, "first"), renewed) == ENDS + SECOND


def test_a_request_and_each_turn_have_their_own() -> None:
    held = taken()
    line = asked(held, BOB)
    assert sent(held, line) == [(NINE + TERMS.request_timeout, None)]
    assert sent(line, asked(line, CARLA)) == []
    free = freed(line, NINE)
    assert sent(line, free) == [(free.reserved_until, None)]


def test_a_shortened_lease_is_announced_at_its_new_end() -> None:
    held = taken()
    away = rules.disconnect(held, ALICE, NINE, TERMS)

    assert sent(held, away) == [(NINE + TERMS.grace, None)]
    assert sent(away, rules.reconnect(away, ALICE, NINE + SECOND)) == []


def test_a_grant_is_a_lease_of_its_own() -> None:
    line = asked(taken(), BOB)

    granted = rules.grant(line, answer(), "theirs", NINE + SECOND, TERMS)

    assert sent(line, granted) == [(NINE + SECOND + TERMS.lease, "theirs")]


@pytest.mark.parametrize(
    ("record", "timer", "due_at"),
    [
        (None, Deadline("lock", "t", "a1", ENDS, "first"), None),
        (taken(), Deadline("lock", "t", "a1", NINE, "first"), ENDS),
        (taken(), Deadline("lock", "t", "a1", ENDS, "another"), None),
        (freed(taken(), NINE), Deadline("lock", "t", "a1", ENDS, "first"), None),
        (
            asked(taken(), BOB),
            Deadline("lock", "t", "a1", NINE + TERMS.request_timeout),
            NINE + TERMS.request_timeout,
        ),
        (asked(taken(), BOB), Deadline("lock", "t", "a1", NINE + TERMS.request_timeout + TICK), None),
        (taken(), Deadline("lock", "t", "a1", ENDS), ENDS),
    ],
)
def test_a_timer_is_still_due_while_its_deadline_stands(
    record: LockRecord | None, timer: Deadline, due_at: datetime | None
) -> None:
    assert next_due_at(timer, record) == due_at


# Terms so short that deadlines often fall into the same instant.
SHORT = Timeouts(lease=4 * SECOND, grace=SECOND, request_timeout=2 * SECOND)
STEPS: dict[str, Step] = {
    "nothing": lambda record, _: record,
    "acquire": lambda record, now: rules.acquire(record, LockRequest(ALICE, f"at {now}", now, SHORT), None),
    "acquire too": lambda record, now: rules.acquire(record, LockRequest(BOB, f"at {now}", now, SHORT), None),
    "renew": lambda record, now: rules.renew(record, *_holder(record), now, SHORT),
    "release": lambda record, now: rules.release(
        record, rules.ReleaseRequest(_holder(record)[1], None, now), None
    ),
    "ask": lambda record, now: rules.request_control(record, BOB, asker(BOB, now), now, SHORT),
    "ask too": lambda record, now: rules.request_control(
        record, CARLA, replace(asker(CARLA, now), on_timeout="grant"), now, SHORT, admins_first=True
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
    who = {tab.member_id: tab for tab in (ALICE, BOB, CARLA)}[lock.user_id if lock else "alice"]
    return who.principal, (lock.lock_id if lock else None) or "none"


class Waiting:
    """A lock, its queue of timers, and a clock; each message comes a tick after its deadline."""

    def __init__(self) -> None:
        self.now = NINE
        self.record = never_locked("a1", NINE, 6)
        self.queue: list[Deadline] = []

    def does(self, step: Step) -> None:
        try:
            self._write(step(self.record, self.now))
        except Conflict:
            return

    def _write(self, record: LockRecord) -> None:
        if record is not self.record:
            self.queue += deadlines_for_change("t", self.record, record)
            self.record = record

    def wait_until(self, then: datetime) -> None:
        while early := [timer for timer in self.queue if timer.due_at < then]:
            timer = min(early, key=lambda one: one.due_at)
            self.queue.remove(timer)
            self._ring(timer, timer.due_at + TICK)
        self.now = then

    def _ring(self, timer: Deadline, now: datetime) -> None:
        lock_ids = iter(f"at {now}, {number}" for number in range(9))
        while (
            record := rules.apply_due_transition(self.record, now, SHORT, lambda: next(lock_ids))
        ) is not self.record:
            self._write(record)
        due_at = next_due_at(timer, self.record)
        if due_at is not None:
            self.queue.append(replace(timer, due_at=due_at))


@given(st.lists(st.tuples(st.sampled_from([*STEPS]), st.sampled_from([0, 0, 1, 1, 2, 3])), max_size=30))
def test_nothing_that_is_due_is_forgotten(steps: list[tuple[str, int]]) -> None:
    """Whatever was done in whatever order, the messages alone are enough, and in the end the lock is free."""
    waiting = Waiting()
    for name, seconds in steps:
        waiting.does(STEPS[name])
        waiting.wait_until(waiting.now + seconds * SECOND)
        due_at = waiting.record.due_at
        assert due_at is None or due_at >= waiting.now - TICK
    waiting.wait_until(waiting.now + timedelta(minutes=2))
    assert (waiting.record.lock, waiting.record.waitlist, waiting.queue) == (None, (), [])
    assert settled(waiting.record, waiting.now) is waiting.record
