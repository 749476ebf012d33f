"""Builders of locks for tests: members and tabs, records in typical states, and a lock that the rules change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from chalicelib.audit.model import HistoryEntry, entries_for_change
from chalicelib.core.clock import to_ms
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockRecord, Tab, TimeoutAction, Waiter, never_locked, rules
from chalicelib.locking.model.rules import AdminOverride, ControlResponse, LockRequest, ReleaseRequest, Timeouts

SECOND = timedelta(seconds=1)
TICK = timedelta(milliseconds=1)
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TIMEOUTS = Timeouts(lease=300 * SECOND, grace=15 * SECOND, request_timeout=30 * SECOND)
ENDS = NINE + TIMEOUTS.lease


def tab(name: str, number: int = 1, *, is_admin: bool = False) -> Tab:
    principal = Principal("t", name, f"{name}@practice.test", name.title(), "admin" if is_admin else "staff")
    return Tab(principal, f"secret-{name}-in-tab-{number}")


ALICE, ALICE_ELSEWHERE, BOB, CARLA = tab("alice"), tab("alice", 2), tab("bob"), tab("carla")
DANA, EVE = tab("dana", is_admin=True), tab("eve", is_admin=True)


def held_lock(by: Tab = ALICE, at: datetime = NINE, lock_id: str = "first") -> LockRecord:
    return rules.acquire(never_locked("a1", at, 6), LockRequest(by, lock_id, at, TIMEOUTS), None)


def acquire(record: LockRecord, by: Tab, at: datetime, expected: int | None = None) -> LockRecord:
    return rules.acquire(record, LockRequest(by, "next", at, TIMEOUTS), expected)


def with_requests(record: LockRecord, *tabs: Tab, at: datetime = NINE, admins_first: bool = False) -> LockRecord:
    for each in tabs:
        record = rules.request_control(record, each, waiter(each, at), at, TIMEOUTS, admins_first=admins_first)
    return record


def waiter(by: Tab, at: datetime = NINE) -> Waiter:
    return Waiter(by.member_id, by.user_info, by.tab_id, "", at, by.principal.role == "admin")


def waiter_ids(record: LockRecord) -> list[str]:
    return [waiter.member_id for waiter in record.waitlist]


def released(record: LockRecord, at: datetime) -> LockRecord:
    return rules.release(record, ReleaseRequest("first", None, at), None)


def response(member_id: str | None = None, message: str | None = None, lock_id: str = "first") -> ControlResponse:
    return ControlResponse(ALICE.principal, lock_id, member_id, message)


def apply_all_due(record: LockRecord, now: datetime) -> LockRecord:
    while (after := rules.apply_due_transition(record, now, TIMEOUTS, lambda: "by-timeout")) is not record:
        record = after
    return record


def seconds(number: float) -> datetime:
    return NINE + timedelta(seconds=number)


class LockSimulation:
    """One appointment's lock, changed by the rules alone, with all changes as the stream would deliver them."""

    def __init__(self) -> None:
        self.record: LockRecord | None = None
        self.changes: list[tuple[LockRecord | None, LockRecord | None]] = []
        self.last_version = 0
        self._ids = count()

    def new_id(self) -> str:
        return f"secret-lock-{next(self._ids)}"

    def apply(self, rule: Callable[[LockRecord], LockRecord], now: datetime) -> list[HistoryEntry]:
        """Apply a rule. Returns the entries of the history for its change."""
        found = self.record or never_locked("a1", now, max(self.last_version, to_ms(now)))
        written = rule(found)
        return [] if written is found else self.store(written)

    def store(self, record: LockRecord | None) -> list[HistoryEntry]:
        """Replace the stored record. Returns the entries of the history for the change."""
        change = self.record, record
        self.changes.append(change)
        self.last_version = record.version if record else self.last_version + 1
        self.record = record
        return entries_for_change(*change)

    def acquires(self, by: Tab, at: float) -> list[HistoryEntry]:
        request = LockRequest(by, self.new_id(), seconds(at), TIMEOUTS)
        return self.apply(lambda found: rules.acquire(found, request, None), request.now)

    def renews(self, by: Tab, at: float) -> list[HistoryEntry]:
        now = seconds(at)
        return self.apply(lambda found: rules.renew(found, by.principal, self.lock_id, now, TIMEOUTS), now)

    def releases(self, by: Tab, at: float) -> list[HistoryEntry]:
        request = ReleaseRequest(self.lock_id, by.member_id, seconds(at))
        return self.apply(lambda found: rules.release(found, request, None), request.now)

    def moves(self, by: Tab, at: float) -> list[HistoryEntry]:
        request = LockRequest(by, self.new_id(), seconds(at), TIMEOUTS)
        return self.apply(lambda found: rules.move(found, request), request.now)

    def takes_over(self, by: Tab, at: float) -> list[HistoryEntry]:
        request, override = LockRequest(by, self.new_id(), seconds(at), TIMEOUTS), self.override(by)
        return self.apply(lambda found: rules.take_over(found, request, override), request.now)

    def force_releases(self, by: Tab, at: float) -> list[HistoryEntry]:
        override = self.override(by)
        return self.apply(lambda found: rules.force_release(found, override, seconds(at)), seconds(at))

    def requests_control(self, by: Tab, at: float, on_timeout: TimeoutAction = "lapse") -> list[HistoryEntry]:
        now = seconds(at)
        waiter = Waiter(by.member_id, by.user_info, by.tab_id, "May I?", now, on_timeout=on_timeout)
        return self.apply(lambda found: rules.request_control(found, by, waiter, now, TIMEOUTS), now)

    def withdraws_request(self, by: Tab, at: float) -> list[HistoryEntry]:
        return self.apply(lambda found: rules.withdraw_request(found, by, seconds(at), TIMEOUTS), seconds(at))

    def denies(self, by: Tab, at: float) -> list[HistoryEntry]:
        response = ControlResponse(by.principal, self.lock_id, message="Not yet")
        return self.apply(lambda found: rules.deny(found, response, seconds(at), TIMEOUTS), seconds(at))

    def grants(self, by: Tab, at: float) -> list[HistoryEntry]:
        response, lock_id = ControlResponse(by.principal, self.lock_id, message="Yours"), self.new_id()
        return self.apply(lambda found: rules.grant(found, response, lock_id, seconds(at), TIMEOUTS), seconds(at))

    def applies_due_transition(self, _: Tab | None, at: float) -> list[HistoryEntry]:
        now = seconds(at)
        return self.apply(lambda found: rules.apply_due_transition(found, now, TIMEOUTS, self.new_id), now)

    def disconnects(self, by: Tab, at: float) -> list[HistoryEntry]:
        return self.apply(lambda found: rules.disconnect(found, by, seconds(at), TIMEOUTS), seconds(at))

    def reconnects(self, by: Tab, at: float) -> list[HistoryEntry]:
        return self.apply(lambda found: rules.reconnect(found, by, seconds(at)), seconds(at))

    def is_removed(self, _: Tab | None = None, __: float = 0) -> list[HistoryEntry]:
        """Remove the item as TTL does."""
        return self.store(None) if self.record else []

    def holder(self, tabs: list[Tab]) -> Tab | None:
        """Return which of these tabs holds the lock, live or expired."""
        lock = self.record and self.record.lock
        return next((tab for tab in tabs if lock and lock.is_held_by(tab)), None)

    @property
    def lock_id(self) -> str:
        return (self.record and self.record.lock and self.record.lock.lock_id) or "none"

    def override(self, admin: Tab) -> AdminOverride:
        return AdminOverride(admin.principal, "She has left", self.record.version if self.record else 0)
