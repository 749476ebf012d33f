"""The checker accepts a valid history, and finds the violation in each mutated one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.consistency.harness.checker import check
from tests.consistency.harness.history import FOREVER, NEVER
from tests.consistency.locks.checker import INVARIANTS
from tests.consistency.locks.history_builder import LEASE, valid_history
from tests.consistency.locks.item_history import ItemHistory

Mutation = Callable[[ItemHistory], ItemHistory]


def lock(number: int, **changes: Any) -> Mutation:
    """Change the fields after one write of the lock and before the next. None removes a field."""

    def mutate(history: ItemHistory) -> ItemHistory:
        locks = list(history.locks)
        new = {**locks[number].new, **changes}
        new = {name: value for name, value in new.items() if value is not None}
        locks[number] = replace(locks[number], new=new)
        final = history.final_lock
        if number + 1 < len(locks):
            locks[number + 1] = replace(locks[number + 1], old=new)
        else:
            final = new
        return replace(history, locks=locks, final_lock=final)

    return mutate


def operation(number: int, **changes: Any) -> Mutation:
    """Change a logged operation."""

    def mutate(history: ItemHistory) -> ItemHistory:
        operations = list(history.operations)
        operations[number] = replace(operations[number], **changes)
        return replace(history, operations=operations)

    return mutate


def response(number: int, **changes: Any) -> Mutation:
    """Change the response of an operation."""

    def mutate(history: ItemHistory) -> ItemHistory:
        response = {**history.operations[number].response, **changes}
        return operation(number, response=response)(history)

    return mutate


def without_lock_write(number: int) -> Mutation:
    """Remove a write of the lock."""

    def mutate(history: ItemHistory) -> ItemHistory:
        return replace(history, locks=history.locks[:number] + history.locks[number + 1 :])

    return mutate


def sent_with(number: int, other: int) -> Mutation:
    """Move a write of the lock to the operation of another."""

    def mutate(history: ItemHistory) -> ItemHistory:
        locks, like = list(history.locks), history.locks[other]
        locks[number] = replace(locks[number], client=like.client, began=like.began, ended=like.ended)
        return replace(history, locks=locks)

    return mutate


def save(number: int, **changes: Any) -> Mutation:
    """Change the fields after a save."""

    def mutate(history: ItemHistory) -> ItemHistory:
        saves = list(history.saves)
        saves[number] = replace(saves[number], new={**saves[number].new, **changes})
        return replace(history, saves=saves)

    return mutate


def save_written(number: int, began: int, ended: int) -> Mutation:
    """Change the time of a save."""

    def mutate(history: ItemHistory) -> ItemHistory:
        saves = list(history.saves)
        saves[number] = replace(saves[number], began=began, ended=ended)
        return replace(history, saves=saves)

    return mutate


def save_by(number: int, client: str) -> Mutation:
    """Change the client of a save."""

    def mutate(history: ItemHistory) -> ItemHistory:
        saves = list(history.saves)
        saves[number] = replace(saves[number], client=client)
        return replace(history, saves=saves)

    return mutate


def without_save(number: int) -> Mutation:
    """Remove a save."""

    def mutate(history: ItemHistory) -> ItemHistory:
        return replace(history, saves=history.saves[:number] + history.saves[number + 1 :])

    return mutate


def save_in_stream_at(number: int, position: int) -> Mutation:
    """Change a save's position in the stream."""

    def mutate(history: ItemHistory) -> ItemHistory:
        saves = list(history.saves)
        saves[number] = replace(saves[number], position=position)
        return replace(history, saves=saves)

    return mutate


def saved_with(number: int, **request: Any) -> Mutation:
    """Change the request of an operation."""

    def mutate(history: ItemHistory) -> ItemHistory:
        return operation(number, request={**history.operations[number].request, **request})(history)

    return mutate


def entry(number: int, **changes: Any) -> Mutation:
    """Change an entry of the audit history."""

    def mutate(history: ItemHistory) -> ItemHistory:
        entries = list(history.history)
        entries[number] = {**entries[number], **changes}
        return replace(history, history=entries)

    return mutate


def without_entry(number: int) -> Mutation:
    """Remove an entry of the audit history."""
    return lambda history: replace(history, history=history.history[:number] + history.history[number + 1 :])


def entry_again(number: int) -> Mutation:
    """Add an entry of the audit history again."""
    return lambda history: replace(history, history=[*history.history, history.history[number]])


def final(**changes: Any) -> Mutation:
    """Change the final state."""
    return lambda history: replace(history, **changes)


def both(first: Mutation, second: Mutation) -> Mutation:
    """Apply two mutations."""
    return lambda history: second(first(history))


# The writes of the lock and the operations in the valid history, by number.
ACQUIRED, RENEWED, REQUESTED, GRANTED, TAKEN, RELEASED, ACQUIRED_AGAIN, EXPIRED, REMOVED, ANEW, FREE = range(11)
(
    ACQUIRES, IS_LOCKED_OUT, SAVES, RENEWS, REQUESTS, GRANTS, HAS_LOST, SAVES_TOO, IS_TOO_LATE, READS,
    TAKES_OVER, IS_SECOND, RELEASES, LOOKS, ACQUIRES_LATER, SETTLES, ACQUIRES_ANEW, RELEASES_AT_LAST,
) = range(18)  # fmt: skip

NO: dict[str, Any] = {"outcome": "rejected", "response": {"code": "VERSION_MISMATCH", "current": 1004}}

MUTATIONS: list[tuple[str, str, Mutation]] = [
    ("versions grow", "goes back", lock(RENEWED, version=900)),
    ("versions grow", "stays", lock(RENEWED, version=1000)),
    ("versions grow", "begins anew below the removed one", lock(ANEW, version=5)),
    ("the stream is complete", "one is missing", without_lock_write(RENEWED)),
    ("the stream is complete", "one is skipped", lock(FREE, version=99_999)),
    ("the stream is complete", "the item stands otherwise", final(final_lock={"version": 1})),
    ("no two holders", "taken from a live one", lock(GRANTED, cause="acquired")),
    ("no two holders", "expired too early", lock(EXPIRED, changedAt=1)),
    ("no two holders", "granted without a request", lock(GRANTED, userId="carol")),
    ("no two holders", "taken over without an actor", lock(TAKEN, actorId=None)),
    ("no two holders", "moved from another member", lock(GRANTED, cause="moved")),
    ("no two holders", "ended for no cause", lock(RELEASED, cause="renewed")),
    ("no two holders", "removed while it ran", lock(EXPIRED, lockId="L4", userId="bob", expiresAt=FOREVER)),
    ("a lease keeps its holder", "another's", lock(RENEWED, userId="bob")),
    ("a lease keeps its holder", "in another tab", lock(RENEWED, sessionId="other")),
    (
        "the waitlist keeps its order",
        "taken by a member off the waitlist",
        lock(RELEASED, line=[{"userId": "carol"}], turnEndsAt=10**6),
    ),
    ("a save held the lock", "under an ended lease", saved_with(SAVES_TOO, lockId="L1")),
    ("a save held the lock", "under another member's lock", saved_with(SAVES_TOO, userId="alice")),
    ("a save held the lock", "after the deadline", operation(SAVES_TOO, clock=FOREVER)),
    ("a save held the lock", "before the lock was taken", save_written(0, NEVER, NEVER + 1)),
    ("a save held the lock", "after the lock had passed on", save_written(0, FOREVER - 1, FOREVER)),
    ("a save held the lock", "without an operation", save(0, notes="from nowhere after ")),
    ("a save held the lock", "at another position in the stream", save_in_stream_at(0, 99)),
    ("no save is lost", "overwrites an unseen save", save(1, notes="two after nothing")),
    ("no save is lost", "a version is skipped", save(1, version=4)),
    ("no save is lost", "one is missing", without_save(0)),
    ("no save is lost", "the last one does not stand", final(final_appointment={"version": 1, "notes": ""})),
    ("successes are stored", "a lock that is not", response(ACQUIRES, lockId="L7")),
    ("successes are stored", "a renewal that is not", response(RENEWS, expiresAt=FOREVER)),
    ("successes are stored", "a request that is not", response(REQUESTS, version=1)),
    ("successes are stored", "a save that is not", response(SAVES, version=9)),
    ("successes are stored", "a save that is another's", save_by(0, "bob")),
    ("reads were visible", "an appointment that was not so", response(READS, notes="never")),
    ("reads were visible", "an appointment that was so once", response(READS, version=2, notes="one after ")),
    ("reads were visible", "a lock that was not so", response(LOOKS, state="locked_by_other")),
    ("reads were visible", "a version that was passed", response(LOOKS, version=1000)),
    ("reads were visible", "free while it was held", response(RELEASES, version=1004)),
    (
        "one response denies one waiter",
        "two are denied",
        both(
            both(lock(RENEWED, cause="denied"), lock(REQUESTED, cause="denied")),
            both(sent_with(REQUESTED, RENEWED), operation(RENEWS, kind="deny")),
        ),
    ),
    (
        "no internal errors",
        "an error of our own",
        operation(SETTLES, outcome="error", response={"error": "KeyError"}),
    ),
    ("rejections wrote nothing", "rejected what it wrote", operation(TAKES_OVER, **NO)),
    ("rejections wrote nothing", "rejected a save that stands", operation(SAVES, **NO)),
    ("rejections had a reason", "locked while it was free", operation(IS_LOCKED_OUT, clock=1000 + 2 * LEASE)),
    ("rejections had a reason", "lost while it was held", saved_with(HAS_LOST, lockId="L2", userId="bob")),
    ("rejections had a reason", "another version that was its own", saved_with(IS_SECOND, expectedVersion=1004)),
    ("rejections had a reason", "too late while it was not", saved_with(IS_TOO_LATE, version=3)),
    ("rejections had a reason", "forbidden to an admin", response(IS_SECOND, code="FORBIDDEN")),
    ("rejections had a reason", "not found what is there", response(HAS_LOST, code="NOT_FOUND")),
    ("rejections had a reason", "for no known reason", response(IS_SECOND, code="TIRED")),
    ("a lease starts and ends once", "comes back", lock(ACQUIRED_AGAIN, lockId="L3")),
    ("a lease starts and ends once", "never ends", lock(FREE, lockId="L5")),
    ("all leases end", "held for ever", lock(FREE, lockId="L5")),
    ("the history matches the writes", "an end is missing", without_entry(1)),
    ("the history matches the writes", "a start is missing", without_entry(0)),
    ("the history matches the writes", "an entry is doubled", entry_again(0)),
    ("the history matches the writes", "another cause", entry(1, action="released")),
    ("the history matches the writes", "another member's", entry(3, userId="alice")),
    ("the history matches the writes", "another lease's", entry(3, lockId="other")),
    ("the history matches the writes", "at another version", entry(4, version=1)),
    ("the history matches the writes", "with a cause that ends no lease", lock(GRANTED, cause="lapsed")),
    ("the statistics match the history", "counted twice", final(statistics={"acquired": 6})),
]


def test_checker_on_valid_history_finds_nothing() -> None:
    assert check(valid_history(), INVARIANTS) == []


@pytest.mark.parametrize(
    ("invariant", "mutate"),
    [pytest.param(invariant, mutate, id=f"{invariant}: {what}") for invariant, what, mutate in MUTATIONS],
)
def test_checker_on_mutated_history_finds_violation(invariant: str, mutate: Mutation) -> None:
    found = check(mutate(valid_history()), INVARIANTS)

    assert invariant in {violation.invariant for violation in found}


def test_checker_has_a_mutation_for_each_invariant() -> None:
    assert {invariant for invariant, _, _ in MUTATIONS} == set(INVARIANTS)


def test_checker_accepts_rejection_of_repeated_write() -> None:
    """The response to a takeover was lost, and the lock was free again before the second attempt."""
    history = valid_history()
    released = history.locks[RELEASED]
    late = operation(
        TAKES_OVER,
        outcome="rejected",
        ended=released.ended,
        response={"code": "VERSION_MISMATCH", "current": 1005},
    )

    assert check(late(history), INVARIANTS) == []
