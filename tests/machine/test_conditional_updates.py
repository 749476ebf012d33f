"""Each quick write does what the rule of its name does: wherever its condition holds, the records are the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import Conflict
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockRecord, Tab, Waiter, never_locked, rules
from chalicelib.locking.model.rules import LockRequest, Timeouts
from chalicelib.locking.store import conditional_updates
from chalicelib.locking.store import conditional_updates as quick_store
from chalicelib.locking.store.item import LockItem, to_item

SECOND = timedelta(seconds=1)
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TERMS = Timeouts(lease=300 * SECOND, grace=15 * SECOND, request_timeout=30 * SECOND)
KEY = keys.LockKey("t", "a1")


def _tab(name: str, number: int) -> Tab:
    principal = Principal("t", name, f"{name}@practice.test", name.title(), "admin" if name == "dana" else "staff")
    return Tab(principal, f"{name}-in-tab-{number}")


TABS = [_tab(name, number) for name in ("alice", "bob", "dana") for number in (1, 2)]


@dataclass(frozen=True)
class Moment:
    """Who does something, when, under which lock id, at which version, and with which words."""

    tab: Tab
    now: datetime
    lock_id: str
    version: int | None
    words: str | None
    named: str | None

    @property
    def claim(self) -> LockRequest:
        return LockRequest(self.tab, "new", self.now, TERMS)

    @property
    def command(self) -> rules.AdminOverride:
        return rules.AdminOverride(self.tab.principal, "urgent", self.version or 0)

    @property
    def surrender(self) -> rules.ReleaseRequest:
        user_id = None if self.words is None else self.tab.member_id
        return rules.ReleaseRequest(self.lock_id, user_id, self.now)

    @property
    def answer(self) -> rules.ControlResponse:
        return rules.ControlResponse(self.tab.principal, self.lock_id, self.named, self.words)


Rule = Callable[[LockRecord, Moment], LockRecord]
Quick = Callable[[Moment], LockRecord]
BOTH: dict[str, tuple[Rule, Quick]] = {
    "acquire": (
        lambda record, m: rules.acquire(record, m.claim, m.version),
        lambda m: conditional_updates.acquire(KEY, m.claim, m.version),
    ),
    "renew": (
        lambda record, m: rules.renew(record, m.tab.principal, m.lock_id, m.now, TERMS),
        lambda m: conditional_updates.renew(KEY, m.tab.principal, m.lock_id, m.now, TERMS),
    ),
    "release": (
        lambda record, m: rules.release(record, m.surrender, m.version),
        lambda m: conditional_updates.release(KEY, m.surrender, m.version),
    ),
    "move": (
        lambda record, m: rules.move(record, m.claim),
        lambda m: conditional_updates.move(KEY, m.claim),
    ),
    "take over": (
        lambda record, m: rules.take_over(record, m.claim, m.command),
        lambda m: conditional_updates.take_over(KEY, m.claim, m.command),
    ),
    "force release": (
        lambda record, m: rules.force_release(record, m.command, m.now),
        lambda m: conditional_updates.force_release(KEY, m.command, m.now),
    ),
    "grant": (
        lambda record, m: rules.grant(record, m.answer, "new", m.now, TERMS),
        lambda m: conditional_updates.grant(KEY, m.answer, "new", m.now, TERMS),
    ),
}
OTHERS: list[Rule] = [
    lambda record, m: rules.request_control(record, m.tab, _asker(m), m.now, TERMS),
    lambda record, m: rules.withdraw_request(record, m.tab, m.now, TERMS),
    lambda record, m: rules.deny(record, m.answer, m.now, TERMS),
    lambda record, m: rules.disconnect(record, m.tab, m.now, TERMS),
    lambda record, m: rules.reconnect(record, m.tab, m.now),
    lambda record, m: rules.apply_due_transition(record, m.now, TERMS, lambda: "by-timeout"),
]
RULES = [rule for rule, _ in BOTH.values()] + OTHERS


def _asker(moment: Moment) -> Waiter:
    tab = moment.tab
    return Waiter(
        member_id=tab.member_id,
        user_info=tab.user_info,
        tab_id=tab.tab_id,
        message=moment.words or "",
        asked_at=moment.now,
        is_admin=tab.principal.role == "admin",
        on_timeout="grant" if moment.words else "lapse",
    )


@st.composite
def moments(draw: st.DrawFn, record: LockRecord, now: datetime) -> Moment:
    """Whoever holds it, most of the time, at the version that is; or somebody else, or at another."""
    lock = record.lock
    holder = next((tab for tab in TABS if lock and lock.is_held_by(tab)), TABS[0])
    return Moment(
        tab=draw(st.sampled_from([holder, holder, *TABS])),
        now=now,
        lock_id=draw(st.sampled_from([lock.lock_id or ""] * 3 + ["another"])) if lock else "another",
        version=draw(st.sampled_from([None, record.version, record.version, record.version + 1])),
        words=draw(st.sampled_from([None, "", "of course"])),
        named=draw(st.sampled_from([None, *(one.member_id for one in record.waitlist[:1]), "somebody"])),
    )


@st.composite
def histories(draw: st.DrawFn, waiting: int) -> tuple[LockRecord, datetime]:
    """A lock that something was done to, and the time that it is by now: mostly one that is held, and that so many
    wait for.
    """
    now = NINE
    record = rules.acquire(never_locked("a1", now, 6), LockRequest(TABS[0], "first", now, TERMS), None)
    for number in range(draw(st.integers(0, 8))):
        now += draw(st.sampled_from([0, 1, 5, 6, 15, 31, 301])) * SECOND
        rule = draw(st.sampled_from(RULES))
        try:
            written = rule(record, draw(moments(record, now)))
        except Conflict:
            continue
        record = _with_unique_lock_id(written, number)
    if draw(st.integers(0, 3)):
        record = _with_waiters(_held(record, now), waiting, now)
    return record, now + draw(st.sampled_from([-5, 0, 1, 1, 1, 14, 16, 301])) * SECOND


def _held(record: LockRecord, now: datetime) -> LockRecord:
    if record.live_lock(now):
        return record
    first = next((tab for tab in TABS if record.waitlist and record.waitlist[0].is_tab(tab)), TABS[0])
    return rules.acquire(
        replace(record, waitlist=(), reserved_until=None), LockRequest(first, "held", now, TERMS), None
    )


def _with_waiters(record: LockRecord, waiting: int, now: datetime) -> LockRecord:
    for asker in record.waitlist[waiting:]:
        (tab,) = [one for one in TABS if asker.is_tab(one)]
        record = rules.withdraw_request(record, tab, now, TERMS)
    if len(record.waitlist) < waiting and record.lock:
        tab = next(one for one in TABS if one.member_id != record.lock.user_id)
        record = rules.request_control(record, tab, _asker(Moment(tab, now, "", None, "Me", None)), now, TERMS)
    return record


def _with_unique_lock_id(record: LockRecord, number: int) -> LockRecord:
    is_new = record.lock is not None and record.lock.lock_id == "new"
    return (
        replace(record, lock=replace(record.lock, lock_id=f"new-{number}")) if is_new and record.lock else record
    )


AS_OFTEN = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", BOTH)
def test_a_quick_write_is_what_the_rule_gives(name: str) -> None:
    written: list[bool] = []

    @AS_OFTEN
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        record, now = data.draw(histories(waiting=1 if name == "grant" else 0))
        written.append(_is_the_same(name, record, data.draw(moments(record, now))))

    compare()

    assert sum(written) >= 5, "a comparison that never happens proves nothing"


def _is_the_same(name: str, record: LockRecord, moment: Moment) -> bool:
    """Whether it was written; where it was refused, it brings the record on which the rule decides."""
    rule, write = BOTH[name]
    to_item(KEY, record).save()
    try:
        written = write(moment)
    except quick_store.ConditionRefused as refused:
        refusal = refused
    else:
        promised = rule(record, moment)
        assert written == promised
        assert _stored() == to_item(KEY, promised).serialize(), "the keys of the indexes and the TTL too"
        return True
    assert refusal.record == record
    assert _stored() == to_item(KEY, record).serialize()
    return False


def _stored() -> dict[str, Any]:
    item = LockItem.read(KEY, consistent=True)
    assert item
    return item.serialize()
