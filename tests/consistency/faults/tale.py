"""A record made up by hand, for the checker's own tests."""

from dataclasses import dataclass, field
from typing import Any

from tests.consistency.faults.checks.telling import shown
from tests.consistency.faults.diary import Operation, Outcome
from tests.consistency.faults.record import Record, Write
from tests.consistency.ledger import Fields

_STEP = 100


@dataclass
class Tale:
    """Things happen one after another: each takes `_STEP` nanoseconds, and one millisecond by all clocks."""

    locks: list[Write] = field(default_factory=list)
    saves: list[Write] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    now: int = 1000
    lock: Fields = field(default_factory=dict)
    record_fields: Fields = field(default_factory=lambda: {"version": 1, "notes": ""})
    history: list[Fields] = field(default_factory=list)

    def does(self, who: str, kind: str, told: Fields, outcome: Outcome = "done", **asked: Any) -> None:
        """Somebody does something, and what was written since the last one is theirs."""
        self.now += 1
        began = self.now * _STEP
        self.operations.append(
            Operation(
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

    def locks_as(self, who: str, cause: str, **changes: Any) -> None:
        """The lock's next version, written in the operation that is told next. None takes a field away."""
        version = self.lock["version"] + 1 if self.lock else self.now
        new = {**self.lock, "version": version, "cause": cause, "changedAt": self.now + 1, **changes}
        self._writes_lock(who, {name: value for name, value in new.items() if value is not None})

    def tells(self, action: str, who: str, lock_id: str) -> None:
        """An entry of the history, of the lock's present version."""
        entry = {"version": self.lock["version"], "action": action, "userId": who, "lockId": shown(lock_id)}
        self.history.append(entry)

    def is_forgotten(self) -> None:
        """The lock's item is removed by TTL."""
        self._writes_lock(None, {})

    def saves_as(self, who: str, notes: str) -> None:
        """The appointment's next version, written in the operation that is told next."""
        new = {"version": self.record_fields["version"] + 1, "notes": notes}
        self.saves.append(Write(self._place(), self.record_fields, new, who, *self._window()))
        self.record_fields = new

    def ends(self) -> Record:
        """The record of it all."""
        return Record(
            "appointment",
            self.locks,
            self.saves,
            self.operations,
            self.lock,
            self.record_fields,
            self.history,
            {"acquired": 5, "released": 2, "granted": 1, "takenOver": 1, "expired": 1},
        )

    def _writes_lock(self, who: str | None, new: Fields) -> None:
        window = self._window() if who else ()
        self.locks.append(Write(self._place(), self.lock, new, who, *window))
        self.lock = new

    def _place(self) -> int:
        return len(self.locks) + len(self.saves)

    def _window(self) -> tuple[int, int]:
        began = (self.now + 1) * _STEP
        return began + 10, began + 20


LEASE = 50
_NOBODY = dict.fromkeys(("lockId", "userId", "sessionId", "acquiredAt", "expiresAt", "line"))


def holding(who: str, lock_id: str, now: int) -> Fields:
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


def told_of(fields: Fields) -> Fields:
    """What one is told of a lock."""
    return {name: fields[name] for name in ("lockId", "version", "userId", "expiresAt")}


def a_good_day() -> Record:
    """Everything that clients do, and all of it as it should be."""
    tale = Tale()
    _alice_edits(tale)
    _bob_is_let_in(tale)
    _the_admin_comes(tale)
    _what_is_left_expires(tale)
    return tale.ends()


def _alice_edits(tale: Tale) -> None:
    tale.locks_as("alice", "acquired", **holding("alice", "L1", tale.now + 1))
    tale.tells("acquired", "alice", "L1")
    tale.does("alice", "acquire", told_of(tale.lock), draws="L1", expectedVersion=None)
    refusal = {"code": "LOCKED", "lock": told_of(tale.lock)}
    tale.does("bob", "acquire", refusal, "refused", draws="L0", expectedVersion=None)
    tale.saves_as("alice", "one after ")
    tale.does("alice", "save", {"version": 2}, lockId="L1", version=1, notes="one after ")
    tale.locks_as("alice", "renewed", expiresAt=tale.now + 1 + LEASE)
    tale.does("alice", "renew", told_of(tale.lock), lockId="L1")


def _bob_is_let_in(tale: Tale) -> None:
    asker = {"userId": "bob", "sessionId": "tab of bob"}
    tale.locks_as("bob", "requested", line=[asker, {"userId": "carol", "sessionId": "tab of carol"}])
    tale.does("bob", "request", {"version": tale.lock["version"]})
    tale.locks_as("alice", "granted", **holding("bob", "L2", tale.now + 1))
    tale.tells("granted", "alice", "L1")
    tale.tells("acquired", "bob", "L2")
    told = {"lockId": "L2", "version": tale.lock["version"]}
    tale.does("alice", "grant", told, lockId="L1", to="bob", draws="L2")
    save = {"lockId": "L1", "version": 2, "notes": "lost after one"}
    tale.does("alice", "save", {"code": "LOCK_LOST"}, "refused", **save)
    tale.saves_as("bob", "two after one")
    tale.does("bob", "save", {"version": 3}, lockId="L2", version=2, notes="two after one")
    save = {"lockId": "L2", "version": 2, "notes": "again after one"}
    tale.does("bob", "save", {"code": "VERSION_MISMATCH", "current": 3}, "refused", **save)
    tale.does("bob", "read", {"version": 3, "notes": "two after one"})


def _the_admin_comes(tale: Tale) -> None:
    expected = tale.lock["version"]
    taken = {**holding("dana", "L3", tale.now + 1), "actorId": "dana", "reason": "urgent"}
    tale.locks_as("dana", "taken_over", **taken)
    tale.tells("taken_over", "bob", "L2")
    tale.tells("acquired", "dana", "L3")
    tale.does("dana", "take_over", told_of(tale.lock), draws="L3", expectedVersion=expected)
    refusal = {"code": "VERSION_MISMATCH", "current": expected + 1}
    tale.does("erik", "take_over", refusal, "refused", draws="L9", expectedVersion=expected)
    tale.locks_as("dana", "released", **_NOBODY, actorId=None, reason=None)
    tale.tells("released", "dana", "L3")
    tale.does("dana", "release", {"version": tale.lock["version"]}, lockId="L3", expectedVersion=None)
    tale.does("bob", "status", {"version": tale.lock["version"], "state": "unlocked", "holder": None})


def _what_is_left_expires(tale: Tale) -> None:
    tale.locks_as("bob", "acquired", **holding("bob", "L4", tale.now + 1))
    tale.tells("acquired", "bob", "L4")
    tale.does("bob", "acquire", told_of(tale.lock), draws="L4", expectedVersion=None)
    tale.now += 2 * LEASE
    tale.locks_as("carol", "expired", **_NOBODY)
    tale.tells("expired", "bob", "L4")
    tale.does("carol", "settle", {})
    tale.now += 10_000
    tale.is_forgotten()
    tale.locks_as("carol", "acquired", **holding("carol", "L5", tale.now + 1))
    tale.tells("acquired", "carol", "L5")
    tale.does("carol", "acquire", told_of(tale.lock), draws="L5", expectedVersion=None)
    tale.locks_as("carol", "released", **_NOBODY)
    tale.tells("released", "carol", "L5")
    tale.does("carol", "release", {"version": tale.lock["version"]}, lockId="L5", expectedVersion=None)
