"""Builds a valid history by hand, for the checker's own tests."""

from dataclasses import dataclass, field
from typing import Any

from tests.consistency.harness.history import Write
from tests.consistency.harness.operation_log import LoggedOperation, Outcome
from tests.consistency.locks.checker.audit_history import public_lease_id
from tests.consistency.locks.item_history import ItemHistory
from tests.consistency.table_reader import Fields

_STEP = 100


@dataclass
class HistoryBuilder:
    """Operations follow each other: each takes `_STEP` nanoseconds, and one millisecond by all clocks."""

    locks: list[Write] = field(default_factory=list)
    saves: list[Write] = field(default_factory=list)
    operations: list[LoggedOperation] = field(default_factory=list)
    now: int = 1000
    lock: Fields = field(default_factory=dict)
    record_fields: Fields = field(default_factory=lambda: {"version": 1, "notes": ""})
    history: list[Fields] = field(default_factory=list)

    def operation(self, client: str, kind: str, response: Fields, outcome: Outcome = "ok", **request: Any) -> None:
        """Add an operation, to which the writes since the last one belong."""
        self.now += 1
        began = self.now * _STEP
        self.operations.append(
            LoggedOperation(
                client=client,
                number=self.now,
                kind=kind,
                appointment="appointment",
                request={"userId": client, "sessionId": f"tab of {client}", "role": "admin", **request},
                clock=self.now,
                skew=0,
                began=began,
                ended=began + _STEP - 1,
                outcome=outcome,
                response=response,
            )
        )

    def lock_write(self, client: str, cause: str, **changes: Any) -> None:
        """Add the lock's next version, written by the next operation. None removes a field."""
        version = self.lock["version"] + 1 if self.lock else self.now
        new = {**self.lock, "version": version, "cause": cause, "changedAt": self.now + 1, **changes}
        self._append_lock_write(client, {name: value for name, value in new.items() if value is not None})

    def history_entry(self, action: str, client: str, lock_id: str) -> None:
        """Add an audit entry of the lock's current version."""
        entry = {
            "version": self.lock["version"],
            "action": action,
            "userId": client,
            "lockId": public_lease_id(lock_id),
        }
        self.history.append(entry)

    def lock_removed(self) -> None:
        """Add the removal of the lock's item by TTL."""
        self._append_lock_write(None, {})

    def save_write(self, client: str, notes: str) -> None:
        """Add the appointment's next version, written by the next operation."""
        new = {"version": self.record_fields["version"] + 1, "notes": notes}
        self.saves.append(Write(self._position(), self.record_fields, new, client, *self._window()))
        self.record_fields = new

    def build(self) -> ItemHistory:
        """Return the history."""
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

    def _append_lock_write(self, client: str | None, new: Fields) -> None:
        window = self._window() if client else ()
        self.locks.append(Write(self._position(), self.lock, new, client, *window))
        self.lock = new

    def _position(self) -> int:
        return len(self.locks) + len(self.saves)

    def _window(self) -> tuple[int, int]:
        began = (self.now + 1) * _STEP
        return began + 10, began + 20


LEASE = 50
_NO_LEASE = dict.fromkeys(("lockId", "userId", "sessionId", "acquiredAt", "expiresAt", "line"))


def lease_fields(client: str, lock_id: str, now: int) -> Fields:
    """Return the fields of a new lease."""
    return {
        "lockId": lock_id,
        "userId": client,
        "sessionId": f"tab of {client}",
        "acquiredAt": now,
        "expiresAt": now + LEASE,
        "ttl": 1,
        "line": None,
    }


def lock_response(fields: Fields) -> Fields:
    """Return a lock as a response shows it."""
    return {name: fields[name] for name in ("lockId", "version", "userId", "expiresAt")}


def valid_history() -> ItemHistory:
    """Return a history with each kind of operation, without a violation."""
    builder = HistoryBuilder()
    _alice_edits(builder)
    _alice_grants_bob(builder)
    _admin_takes_over(builder)
    _remaining_leases_expire(builder)
    return builder.build()


def _alice_edits(builder: HistoryBuilder) -> None:
    builder.lock_write("alice", "acquired", **lease_fields("alice", "L1", builder.now + 1))
    builder.history_entry("acquired", "alice", "L1")
    builder.operation("alice", "acquire", lock_response(builder.lock), draws="L1", expectedVersion=None)
    refusal = {"code": "LOCKED", "lock": lock_response(builder.lock)}
    builder.operation("bob", "acquire", refusal, "rejected", draws="L0", expectedVersion=None)
    builder.save_write("alice", "one after ")
    builder.operation("alice", "save", {"version": 2}, lockId="L1", version=1, notes="one after ")
    builder.lock_write("alice", "renewed", expiresAt=builder.now + 1 + LEASE)
    builder.operation("alice", "renew", lock_response(builder.lock), lockId="L1")


def _alice_grants_bob(builder: HistoryBuilder) -> None:
    waiter = {"userId": "bob", "sessionId": "tab of bob"}
    builder.lock_write("bob", "requested", line=[waiter, {"userId": "carol", "sessionId": "tab of carol"}])
    builder.operation("bob", "request", {"version": builder.lock["version"]})
    builder.lock_write("alice", "granted", **lease_fields("bob", "L2", builder.now + 1))
    builder.history_entry("granted", "alice", "L1")
    builder.history_entry("acquired", "bob", "L2")
    response = {"lockId": "L2", "version": builder.lock["version"]}
    builder.operation("alice", "grant", response, lockId="L1", to="bob", draws="L2")
    save = {"lockId": "L1", "version": 2, "notes": "lost after one"}
    builder.operation("alice", "save", {"code": "LOCK_LOST"}, "rejected", **save)
    builder.save_write("bob", "two after one")
    builder.operation("bob", "save", {"version": 3}, lockId="L2", version=2, notes="two after one")
    save = {"lockId": "L2", "version": 2, "notes": "again after one"}
    builder.operation("bob", "save", {"code": "VERSION_MISMATCH", "current": 3}, "rejected", **save)
    builder.operation("bob", "read", {"version": 3, "notes": "two after one"})


def _admin_takes_over(builder: HistoryBuilder) -> None:
    expected = builder.lock["version"]
    taken = {**lease_fields("dana", "L3", builder.now + 1), "actorId": "dana", "reason": "urgent"}
    builder.lock_write("dana", "taken_over", **taken)
    builder.history_entry("taken_over", "bob", "L2")
    builder.history_entry("acquired", "dana", "L3")
    builder.operation("dana", "take_over", lock_response(builder.lock), draws="L3", expectedVersion=expected)
    refusal = {"code": "VERSION_MISMATCH", "current": expected + 1}
    builder.operation("erik", "take_over", refusal, "rejected", draws="L9", expectedVersion=expected)
    builder.lock_write("dana", "released", **_NO_LEASE, actorId=None, reason=None)
    builder.history_entry("released", "dana", "L3")
    builder.operation("dana", "release", {"version": builder.lock["version"]}, lockId="L3", expectedVersion=None)
    builder.operation("bob", "status", {"version": builder.lock["version"], "state": "unlocked", "holder": None})


def _remaining_leases_expire(builder: HistoryBuilder) -> None:
    builder.lock_write("bob", "acquired", **lease_fields("bob", "L4", builder.now + 1))
    builder.history_entry("acquired", "bob", "L4")
    builder.operation("bob", "acquire", lock_response(builder.lock), draws="L4", expectedVersion=None)
    builder.now += 2 * LEASE
    builder.lock_write("carol", "expired", **_NO_LEASE)
    builder.history_entry("expired", "bob", "L4")
    builder.operation("carol", "apply_due_transition", {})
    builder.now += 10_000
    builder.lock_removed()
    builder.lock_write("carol", "acquired", **lease_fields("carol", "L5", builder.now + 1))
    builder.history_entry("acquired", "carol", "L5")
    builder.operation("carol", "acquire", lock_response(builder.lock), draws="L5", expectedVersion=None)
    builder.lock_write("carol", "released", **_NO_LEASE)
    builder.history_entry("released", "carol", "L5")
    builder.operation("carol", "release", {"version": builder.lock["version"]}, lockId="L5", expectedVersion=None)
