"""Locks on which the rules are tried, and the people who hold them and wait for them."""

from datetime import UTC, datetime, timedelta

from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import (
    LockRecord,
    Tab,
    Waiter,
    never_locked,
    rules,
)
from chalicelib.locking.model.rules import LockRequest, Timeouts

SECOND = timedelta(seconds=1)
TICK = timedelta(milliseconds=1)
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TERMS = Timeouts(lease=300 * SECOND, grace=15 * SECOND, request_timeout=30 * SECOND)
ENDS = NINE + TERMS.lease


def tab(name: str, number: int = 1, *, is_admin: bool = False) -> Tab:
    principal = Principal("t", name, f"{name}@practice.test", name.title(), "admin" if is_admin else "staff")
    return Tab(principal, f"{name}-in-tab-{number}")


ALICE, BOB, CARLA = tab("alice"), tab("bob"), tab("carla")
DANA, EVE = tab("dana", is_admin=True), tab("eve", is_admin=True)


def taken(by: Tab = ALICE, at: datetime = NINE, lock_id: str = "first") -> LockRecord:
    return rules.acquire(never_locked("a1", at, 6), LockRequest(by, lock_id, at, TERMS), None)


def acquired(record: LockRecord, by: Tab, at: datetime, expected: int | None = None) -> LockRecord:
    return rules.acquire(record, LockRequest(by, "next", at, TERMS), expected)


def asked(record: LockRecord, *tabs: Tab, at: datetime = NINE, admins_first: bool = False) -> LockRecord:
    for one in tabs:
        record = rules.request_control(record, one, asker(one, at), at, TERMS, admins_first=admins_first)
    return record


def asker(one: Tab, at: datetime = NINE) -> Waiter:
    is_admin = one.principal.role == "admin"
    return Waiter(one.member_id, one.user_info, one.tab_id, "", at, is_admin)


def names(record: LockRecord) -> list[str]:
    return [one.member_id for one in record.waitlist]


def freed(record: LockRecord, at: datetime) -> LockRecord:
    return rules.release(record, rules.ReleaseRequest("first", None, at), None)


def answer(
    user_id: str | None = None, message: str | None = None, lock_id: str = "first"
) -> rules.ControlResponse:
    return rules.ControlResponse(ALICE.principal, lock_id, user_id, message)


def settled(record: LockRecord, now: datetime) -> LockRecord:
    while (after := rules.apply_due_transition(record, now, TERMS, lambda: "by-timeout")) is not record:
        record = after
    return record
