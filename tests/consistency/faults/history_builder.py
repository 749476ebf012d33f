"""A record made up by hand, for the checker's own tests."""

from dataclasses import dataclass, field
from typing import Any

from tests.consistency.faults.checker.audit_history import public_lease_id
from tests.consistency.faults.item_history import ItemHistory, Write
from tests.consistency.faults.operation_log import LoggedOperation, Outcome
from tests.consistency.table_reader import Fields

_STEP = 100


@dataclass
class HistoryBuilder:
    """Things happen one after another: each takes `_STEP` nanoseconds, and one millisecond by all clocks."""

    locks: list[Write] = field(default_factory=list)
    saves: list[Write] = field(default_factory=list)
    operations: list[LoggedOperation] = field(default_factory=list)
    now: int = 1000
    lock: Fields = field(default_factory=dict)
    record_fields: Fields = field(default_factory=lambda: {"version": 1, "notes": ""})
    history: list[Fields] = field(default_factory=list)

    def operation(self, who: str, kind: str, told: Fields, outcome: Outcome = "done", **asked: Any) -> None:
        """Somebody does something, and what was written since the last one is theirs."""
        self.now += 1
        began = self.now * _STEP
        self.operations.append(
            LoggedOperation(
                client=who,
                number=self.now,
                kind=kind,
                appointment="appointment",
                asked={"userId": who, "sessionId": f"tab of {who}", "role": "admin", **asked},
                clock=self.now,
                skew=0,
                began=began,
                ended=began + _STEP - 1,
                outcome=outcome,
                told=told,
            )
        )

    def lock_write(self, who: str, cause: str, **changes: Any) -> None:
        """The lock's next version, written in the operation that is told next. None takes a field away."""
        version = self.lock["version"] + 1 if self.lock else self.now
        new = {**self.lock, "version": version, "cause": cause, "changedAt": self.now + 1, **changes}
        self._append_lock_write(who, {name: value for name, value in new.items() if value is not None})

    def history_entry(self, action: str, who: str, lock_id: str) -> None:
        """An entry of the history, of the lock's present version."""
        entry = {
            "version": self.lock["version"],
            "action": action,
            "userId": who,
            "lockId": public_lease_id(lock_id),
        }
        self.history.append(entry)

    def lock_removed(self) -> None:
        """The lock's item is removed by TTL."""
        self._append_lock_write(None, {})

    def save_write(self, who: str, notes: str) -> None:
        """The appointment's next version, written in the operation that is told next."""
        new = {"version": self.record_fields["version"] + 1, "notes": notes}
        self.saves.append(Write(self._position(), self.record_fields, new, who, *self._window()))
        self.record_fields = new

    def build(self) -> ItemHistory:
        """The record of it all."""
        return ItemHistory(
            "appointment",
            self.locks,
            self.saves,
            self.operations,
            self.lock,
            self.record_fields,
            self.history,
            {"acquired": 5, "released": 2, "granted": 1, "takenOver": 1, "expired": 1},
        )

    def _append_lock_write(self, who: str | None, new: Fields) -> None:
        window = self._window() if who else ()
        self.locks.append(Write(self._position(), self.lock, new, who, *window))
        self.lock = new

    def _position(self) -> int:
        return len(self.locks) + len(self.saves)

    def _window(self) -> tuple[int, int]:
        began = (self.now + 1) * _STEP
        return began + 10, began + 20


LEASE = 50
_NO_LEASE = dict.fromkeys(("lockId", "userId", "sessionId", "acquiredAt", "expiresAt", "line"))


def lease_fields(who: str, lock_id: str, now: int) -> Fields:
    """The fields of a lock that somebody takes."""
    return {
        "lockId": lock_id,
        "userId": who,
        "sessionId": f"tab of {who}",
        "acquiredAt": now,
        "expiresAt": now + LEASE,
        "ttl": 1,
        "line": None,
    }


def lock_response(fields: Fields) -> Fields:
    """What one is told of a lock."""
    return {name: fields[name] for name in ("lockId", "version", "userId", "expiresAt")}


def valid_history() -> ItemHistory:
    """Everything that clients do, and all of it as it should be."""
    tale = HistoryBuilder()
    _alice_edits(tale)
    _alice_grants_bob(tale)
    _admin_takes_over(tale)
    _remaining_leases_expire(tale)
    return tale.build()


def _alice_edits(tale: HistoryBuilder) -> None:
    tale.lock_write("alice", "acquired", **lease_fields("alice", "L1", tale.now + 1))
    tale.history_entry("acquired", "alice", "L1")
    tale.operation("alice", "acquire", lock_response(tale.lock), draws="L1", expectedVersion=None)
    refusal = {"code": "LOCKED", "lock": lock_response(tale.lock)}
    tale.operation("bob", "acquire", refusal, "refused", draws="L0", expectedVersion=None)
    tale.save_write("alice", "one after ")
    tale.operation("alice", "save", {"version": 2}, lockId="L1", version=1, notes="one after ")
    tale.lock_write("alice", "renewed", expiresAt=tale.now + 1 + LEASE)
    tale.operation("alice", "renew", lock_response(tale.lock), lockId="L1")


def _alice_grants_bob(tale: HistoryBuilder) -> None:
    asker = {"userId": "bob", "sessionId": "tab of bob"}
    tale.lock_write("bob", "requested", line=[asker, {"userId": "carol", "sessionId": "tab of carol"}])
    tale.operation("bob", "request", {"version": tale.lock["version"]})
    tale.lock_write("alice", "granted", **lease_fields("bob", "L2", tale.now + 1))
    tale.history_entry("granted", "alice", "L1")
    tale.history_entry("acquired", "bob", "L2")
    told = {"lockId": "L2", "version": tale.lock["version"]}
    tale.operation("alice", "grant", told, lockId="L1", to="bob", draws="L2")
    save = {"lockId": "L1", "version": 2, "notes": "lost after one"}
    tale.operation("alice", "save", {"code": "LOCK_LOST"}, "refused", **save)
    tale.save_write("bob", "two after one")
    tale.operation("bob", "save", {"version": 3}, lockId="L2", version=2, notes="two after one")
    save = {"lockId": "L2", "version": 2, "notes": "again after one"}
    tale.operation("bob", "save", {"code": "VERSION_MISMATCH", "current": 3}, "refused", **save)
    tale.operation("bob", "read", {"version": 3, "notes": "two after one"})


def _admin_takes_over(tale: HistoryBuilder) -> None:
    expected = tale.lock["version"]
    taken = {**lease_fields("dana", "L3", tale.now + 1), "actorId": "dana", "reason": "urgent"}
    tale.lock_write("dana", "taken_over", **taken)
    tale.history_entry("taken_over", "bob", "L2")
    tale.history_entry("acquired", "dana", "L3")
    tale.operation("dana", "take_over", lock_response(tale.lock), draws="L3", expectedVersion=expected)
    refusal = {"code": "VERSION_MISMATCH", "current": expected + 1}
    tale.operation("erik", "take_over", refusal, "refused", draws="L9", expectedVersion=expected)
    tale.lock_write("dana", "released", **_NO_LEASE, actorId=None, reason=None)
    tale.history_entry("released", "dana", "L3")
    tale.operation("dana", "release", {"version": tale.lock["version"]}, lockId="L3", expectedVersion=None)
    tale.operation("bob", "status", {"version": tale.lock["version"], "state": "unlocked", "holder": None})


def _remaining_leases_expire(tale: HistoryBuilder) -> None:
    tale.lock_write("bob", "acquired", **lease_fields("bob", "L4", tale.now + 1))
    tale.history_entry("acquired", "bob", "L4")
    tale.operation("bob", "acquire", lock_response(tale.lock), draws="L4", expectedVersion=None)
    tale.now += 2 * LEASE
    tale.lock_write("carol", "expired", **_NO_LEASE)
    tale.history_entry("expired", "bob", "L4")
    tale.operation("carol", "settle", {})
    tale.now += 10_000
    tale.lock_removed()
    tale.lock_write("carol", "acquired", **lease_fields("carol", "L5", tale.now + 1))
    tale.history_entry("acquired", "carol", "L5")
    tale.operation("carol", "acquire", lock_response(tale.lock), draws="L5", expectedVersion=None)
    tale.lock_write("carol", "released", **_NO_LEASE)
    tale.history_entry("released", "carol", "L5")
    tale.operation("carol", "release", {"version": tale.lock["version"]}, lockId="L5", expectedVersion=None)
