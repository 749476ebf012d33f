"""Each conditional update equals the rule of its name: where its condition holds, both write the same item."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.http.errors import Conflict
from chalicelib.locking.model import Lock, LockRecord, Tab, Waiter, never_locked, rules
from chalicelib.locking.model.rules import LockRequest
from chalicelib.locking.store import conditional_updates
from chalicelib.locking.store.item import ConditionRefused, LockItem, to_item
from tests.lock_builders import NINE, SECOND, TIMEOUTS, tab

KEY = LockKey("t", "a1")

TABS = [tab(name, number, is_admin=name == "dana") for name in ("alice", "bob", "dana") for number in (1, 2)]


@dataclass(frozen=True)
class Input:
    """The parameters of one operation, for each operation those that it takes."""

    tab: Tab
    now: datetime
    lock_id: str
    version: int | None
    message: str | None
    requester: str | None

    @property
    def request(self) -> LockRequest:
        return LockRequest(self.tab, "new", self.now, TIMEOUTS)

    @property
    def override(self) -> rules.AdminOverride:
        return rules.AdminOverride(self.tab.principal, "urgent", self.version or 0)

    @property
    def release_request(self) -> rules.ReleaseRequest:
        member_id = None if self.message is None else self.tab.member_id
        return rules.ReleaseRequest(self.lock_id, member_id, self.now)

    @property
    def response(self) -> rules.ControlResponse:
        return rules.ControlResponse(self.tab.principal, self.lock_id, self.requester, self.message)

    @property
    def waiter(self) -> Waiter:
        return Waiter(
            member_id=self.tab.member_id,
            user_info=self.tab.user_info,
            tab_id=self.tab.tab_id,
            message=self.message or "",
            asked_at=self.now,
            is_admin=self.tab.principal.role == "admin",
            on_timeout="grant" if self.message else "lapse",
        )


Rule = Callable[[LockRecord, Input], LockRecord]
Update = Callable[[Input], Lock | int]
OPERATIONS: dict[str, tuple[Rule, Update]] = {
    "acquire": (
        lambda record, given: rules.acquire(record, given.request, given.version),
        lambda given: conditional_updates.acquire(KEY, given.request, given.version),
    ),
    "renew": (
        lambda record, given: rules.renew(record, given.tab.principal, given.lock_id, given.now, TIMEOUTS),
        lambda given: conditional_updates.renew(KEY, given.tab.principal, given.lock_id, given.now, TIMEOUTS),
    ),
    "release": (
        lambda record, given: rules.release(record, given.release_request, given.version),
        lambda given: conditional_updates.release(KEY, given.release_request, given.version),
    ),
}
OTHER_RULES: list[Rule] = [
    lambda record, given: rules.move(record, given.request),
    lambda record, given: rules.take_over(record, given.request, given.override),
    lambda record, given: rules.force_release(record, given.override, given.now),
    lambda record, given: rules.grant(record, given.response, "new", given.now, TIMEOUTS),
    lambda record, given: rules.request_control(record, given.tab, given.waiter, given.now, TIMEOUTS),
    lambda record, given: rules.withdraw_request(record, given.tab, given.now, TIMEOUTS),
    lambda record, given: rules.deny(record, given.response, given.now, TIMEOUTS),
    lambda record, given: rules.disconnect(record, given.tab, given.now, TIMEOUTS),
    lambda record, given: rules.reconnect(record, given.tab, given.now),
    lambda record, given: rules.apply_due_transition(record, given.now, TIMEOUTS, lambda: "by-timeout"),
]
RULES = [rule for rule, _ in OPERATIONS.values()] + OTHER_RULES


@st.composite
def inputs(draw: st.DrawFn, record: LockRecord, now: datetime) -> Input:
    """Draw parameters that mostly fit the record: its holder, lock id and version."""
    lock = record.lock
    holder = next((tab for tab in TABS if lock and lock.is_held_by(tab)), TABS[0])
    return Input(
        tab=draw(st.sampled_from([holder, holder, *TABS])),
        now=now,
        lock_id=draw(st.sampled_from([lock.lock_id or ""] * 3 + ["another"])) if lock else "another",
        version=draw(st.sampled_from([None, record.version, record.version, record.version + 1])),
        message=draw(st.sampled_from([None, "", "of course"])),
        requester=draw(st.sampled_from([None, *(one.member_id for one in record.waitlist[:1]), "somebody"])),
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[LockRecord, datetime]:
    """Draw a lock after several operations and a time: mostly a held lock without a waitlist."""
    now = NINE
    record = rules.acquire(never_locked("a1", now, 6), LockRequest(TABS[0], "first", now, TIMEOUTS), None)
    for number in range(draw(st.integers(0, 8))):
        now += draw(st.sampled_from([0, 1, 5, 6, 15, 31, 301])) * SECOND
        rule = draw(st.sampled_from(RULES))
        try:
            written = rule(record, draw(inputs(record, now)))
        except Conflict:
            continue
        record = _with_unique_lock_id(written, number)
    if draw(st.integers(0, 3)):
        record = _without_waiters(_held(record, now), now)
    return record, now + draw(st.sampled_from([-5, 0, 1, 1, 1, 14, 16, 301])) * SECOND


def _held(record: LockRecord, now: datetime) -> LockRecord:
    if record.live_lock(now):
        return record
    first = next((tab for tab in TABS if record.waitlist and record.waitlist[0].is_tab(tab)), TABS[0])
    free = replace(record, waitlist=(), reserved_until=None)
    return rules.acquire(free, LockRequest(first, "held", now, TIMEOUTS), None)


def _without_waiters(record: LockRecord, now: datetime) -> LockRecord:
    for waiter in record.waitlist:
        (tab,) = [tab for tab in TABS if waiter.is_tab(tab)]
        record = rules.withdraw_request(record, tab, now, TIMEOUTS)
    return record


def _with_unique_lock_id(record: LockRecord, number: int) -> LockRecord:
    if record.lock is None or record.lock.lock_id != "new":
        return record
    return replace(record, lock=replace(record.lock, lock_id=f"new-{number}"))


DETERMINISTIC = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", OPERATIONS)
def test_conditional_update_equals_its_rule(name: str) -> None:
    written: list[bool] = []

    @DETERMINISTIC
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        record, now = data.draw(histories())
        written.append(_compare(name, record, data.draw(inputs(record, now))))

    compare()

    assert sum(written) >= 5, "a comparison that never happens proves nothing"


def _compare(name: str, record: LockRecord, given_input: Input) -> bool:
    """Compare both implementations. Returns whether the update was written; a refusal carries the record."""
    rule, update = OPERATIONS[name]
    to_item(KEY, record).save()
    try:
        result = update(given_input)
    except ConditionRefused as refused:
        refusal = refused
    else:
        expected = rule(record, given_input)
        assert result == (expected.lock or expected.version)
        assert _stored() == to_item(KEY, expected).serialize(), "with the keys of the indexes and the TTL"
        return True
    assert refusal.record == record
    assert _stored() == to_item(KEY, record).serialize()
    return False


def _stored() -> dict[str, Any]:
    item = LockItem.read(KEY, consistent=True)
    assert item
    return item.serialize()
