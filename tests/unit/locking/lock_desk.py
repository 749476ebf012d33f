"""A lock on paper, changed by the rules alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from chalicelib.audit.model import HistoryEntry, entries_for_change
from chalicelib.core.clock import to_ms
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockRecord, Tab, TimeoutAction, Waiter, never_locked, rules
from chalicelib.locking.model.rules import AdminOverride, ControlResponse, LockRequest, ReleaseRequest, Timeouts

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
TERMS = Timeouts(lease=timedelta(seconds=300), grace=timedelta(seconds=15), request_timeout=timedelta(seconds=30))


def tab(name: str, number: int = 0, *, admin: bool = False) -> Tab:
    role = "admin" if admin else "staff"
    member = Principal("tenant", name.lower(), f"{name.lower()}@practice.test", name, role)  # type: ignore[arg-type]
    return Tab(member, f"secret-tab-{name.lower()}-{number}")


ALICE, ALICE_ELSEWHERE, BOB, DANA = tab("Alice"), tab("Alice", 1), tab("Bob"), tab("Dana", admin=True)


def seconds(number: float) -> datetime:
    return START + timedelta(seconds=number)


class Desk:
    """One appointment's lock, changed by the rules; every change is told as the stream would."""

    def __init__(self) -> None:
        self.record: LockRecord | None = None
        self.changes: list[tuple[LockRecord | None, LockRecord | None]] = []
        self.last_version = 0
        self._ids = count()

    def new_id(self) -> str:
        return f"secret-lock-{next(self._ids)}"

    def does(self, rule: Callable[[LockRecord], LockRecord], now: datetime) -> list[HistoryEntry]:
        """Apply a rule; what it tells."""
        found = self.record or never_locked("a1", now, max(self.last_version, to_ms(now)))
        written = rule(found)
        return [] if written is found else self.becomes(written)

    def becomes(self, record: LockRecord | None) -> list[HistoryEntry]:
        """Let the stored record be this one."""
        change = self.record, record
        self.changes.append(change)
        self.last_version = record.version if record else self.last_version + 1
        self.record = record
        return entries_for_change(*change)

    def acquires(self, who: Tab, at: float) -> list[HistoryEntry]:
        claim = LockRequest(who, self.new_id(), seconds(at), TERMS)
        return self.does(lambda found: rules.acquire(found, claim, None), claim.now)

    def renews(self, who: Tab, at: float) -> list[HistoryEntry]:
        now = seconds(at)
        return self.does(lambda found: rules.renew(found, who.principal, self.lock_id, now, TERMS), now)

    def releases(self, who: Tab, at: float) -> list[HistoryEntry]:
        surrender = ReleaseRequest(self.lock_id, who.member_id, seconds(at))
        return self.does(lambda found: rules.release(found, surrender, None), surrender.now)

    def moves(self, who: Tab, at: float) -> list[HistoryEntry]:
        claim = LockRequest(who, self.new_id(), seconds(at), TERMS)
        return self.does(lambda found: rules.move(found, claim), claim.now)

    def takes_over(self, who: Tab, at: float) -> list[HistoryEntry]:
        claim, command = LockRequest(who, self.new_id(), seconds(at), TERMS), self.command(who)
        return self.does(lambda found: rules.take_over(found, claim, command), claim.now)

    def forces(self, who: Tab, at: float) -> list[HistoryEntry]:
        command = self.command(who)
        return self.does(lambda found: rules.force_release(found, command, seconds(at)), seconds(at))

    def asks(self, who: Tab, at: float, on_timeout: TimeoutAction = "lapse") -> list[HistoryEntry]:
        now = seconds(at)
        asker = Waiter(who.member_id, who.user_info, who.tab_id, "May I?", now, on_timeout=on_timeout)
        return self.does(lambda found: rules.request_control(found, who, asker, now, TERMS), now)

    def withdraws(self, who: Tab, at: float) -> list[HistoryEntry]:
        return self.does(lambda found: rules.withdraw_request(found, who, seconds(at), TERMS), seconds(at))

    def denies(self, who: Tab, at: float) -> list[HistoryEntry]:
        answer = ControlResponse(who.principal, self.lock_id, message="Not yet")
        return self.does(lambda found: rules.deny(found, answer, seconds(at), TERMS), seconds(at))

    def grants(self, who: Tab, at: float) -> list[HistoryEntry]:
        answer, lock_id = ControlResponse(who.principal, self.lock_id, message="Yours"), self.new_id()
        return self.does(lambda found: rules.grant(found, answer, lock_id, seconds(at), TERMS), seconds(at))

    def settles(self, _: Tab | None, at: float) -> list[HistoryEntry]:
        return self.does(
            lambda found: rules.apply_due_transition(found, seconds(at), TERMS, self.new_id), seconds(at)
        )

    def leaves(self, who: Tab, at: float) -> list[HistoryEntry]:
        return self.does(lambda found: rules.disconnect(found, who, seconds(at), TERMS), seconds(at))

    def comes_back(self, who: Tab, at: float) -> list[HistoryEntry]:
        return self.does(lambda found: rules.reconnect(found, who, seconds(at)), seconds(at))

    def is_removed(self, _: Tab | None = None, __: float = 0) -> list[HistoryEntry]:
        """TTL takes the item away."""
        return self.becomes(None) if self.record else []

    def holder(self, tabs: list[Tab]) -> Tab | None:
        """Which of these tabs has the lock, whether or not its lease has run out."""
        lock = self.record and self.record.lock
        return next((tab for tab in tabs if lock and lock.is_held_by(tab)), None)

    @property
    def lock_id(self) -> str:
        return (self.record and self.record.lock and self.record.lock.lock_id) or "none"

    def command(self, admin: Tab) -> AdminOverride:
        return AdminOverride(admin.principal, "She has left", self.record.version if self.record else 0)
