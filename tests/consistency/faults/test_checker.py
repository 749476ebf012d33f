"""The checker itself: it accepts a good record, and finds each thing that is wrong in a doctored one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.consistency.faults.checker import INVARIANTS, violations
from tests.consistency.faults.history_builder import LEASE, valid_history
from tests.consistency.faults.item_history import FOREVER, NEVER, ItemHistory

Mutation = Callable[[ItemHistory], ItemHistory]


def lock(number: int, **changes: Any) -> Mutation:
    """Change fields of what a write of the lock left, and of what the next one found. None takes one away."""

    def doctor(record: ItemHistory) -> ItemHistory:
        locks = list(record.locks)
        new = {**locks[number].new, **changes}
        new = {name: value for name, value in new.items() if value is not None}
        locks[number] = replace(locks[number], new=new)
        final = record.final_lock
        if number + 1 < len(locks):
            locks[number + 1] = replace(locks[number + 1], old=new)
        else:
            final = new
        return replace(record, locks=locks, final_lock=final)

    return doctor


def operation(number: int, **changes: Any) -> Mutation:
    """Change what a client said of an operation."""

    def doctor(record: ItemHistory) -> ItemHistory:
        operations = list(record.operations)
        operations[number] = replace(operations[number], **changes)
        return replace(record, operations=operations)

    return doctor


def told(number: int, **changes: Any) -> Mutation:
    """Change what a client was told."""

    def doctor(record: ItemHistory) -> ItemHistory:
        answer = {**record.operations[number].answer, **changes}
        return operation(number, told=answer)(record)

    return doctor


def without_lock_write(number: int) -> Mutation:
    """Leave a write of the lock out of the stream."""

    def doctor(record: ItemHistory) -> ItemHistory:
        return replace(record, locks=record.locks[:number] + record.locks[number + 1 :])

    return doctor


def sent_with(number: int, other: int) -> Mutation:
    """Let a write of the lock have been sent in the same operation as another."""

    def doctor(record: ItemHistory) -> ItemHistory:
        locks, like = list(record.locks), record.locks[other]
        locks[number] = replace(locks[number], client=like.client, began=like.began, ended=like.ended)
        return replace(record, locks=locks)

    return doctor


def save(number: int, **changes: Any) -> Mutation:
    """Change what a save left."""

    def doctor(record: ItemHistory) -> ItemHistory:
        saves = list(record.saves)
        saves[number] = replace(saves[number], new={**saves[number].new, **changes})
        return replace(record, saves=saves)

    return doctor


def save_written(number: int, began: int, ended: int) -> Mutation:
    """Change when a save was written."""

    def doctor(record: ItemHistory) -> ItemHistory:
        saves = list(record.saves)
        saves[number] = replace(saves[number], began=began, ended=ended)
        return replace(record, saves=saves)

    return doctor


def save_by(number: int, client: str) -> Mutation:
    """Let a save have been sent by somebody else."""

    def doctor(record: ItemHistory) -> ItemHistory:
        saves = list(record.saves)
        saves[number] = replace(saves[number], client=client)
        return replace(record, saves=saves)

    return doctor


def without_save(number: int) -> Mutation:
    """Leave a save out of the stream."""

    def doctor(record: ItemHistory) -> ItemHistory:
        return replace(record, saves=record.saves[:number] + record.saves[number + 1 :])

    return doctor


def save_in_stream_at(number: int, place: int) -> Mutation:
    """Change a save's place in the stream."""

    def doctor(record: ItemHistory) -> ItemHistory:
        saves = list(record.saves)
        saves[number] = replace(saves[number], place=place)
        return replace(record, saves=saves)

    return doctor


def saved_with(number: int, **asked: Any) -> Mutation:
    """Change what an operation asked with."""

    def doctor(record: ItemHistory) -> ItemHistory:
        return operation(number, asked={**record.operations[number].asked, **asked})(record)

    return doctor


def entry(number: int, **changes: Any) -> Mutation:
    """Change what the history tells."""

    def doctor(record: ItemHistory) -> ItemHistory:
        history = list(record.history)
        history[number] = {**history[number], **changes}
        return replace(record, history=history)

    return doctor


def without_entry(number: int) -> Mutation:
    """Leave something out of the history."""
    return lambda record: replace(record, history=record.history[:number] + record.history[number + 1 :])


def entry_again(number: int) -> Mutation:
    """Tell something twice."""
    return lambda record: replace(record, history=[*record.history, record.history[number]])


def final(**changes: Any) -> Mutation:
    """Change how things stand at the end."""
    return lambda record: replace(record, **changes)


def both(first: Mutation, second: Mutation) -> Mutation:
    """One after the other."""
    return lambda record: second(first(record))


# In the good day: the writes of the lock by number, and the operations by number.
ACQUIRED, RENEWED, REQUESTED, GRANTED, TAKEN, RELEASED, ACQUIRED_AGAIN, EXPIRED, REMOVED, ANEW, FREE = range(11)
(
    ACQUIRES, IS_LOCKED_OUT, SAVES, RENEWS, REQUESTS, GRANTS, HAS_LOST, SAVES_TOO, IS_TOO_LATE, READS,
    TAKES_OVER, IS_SECOND, RELEASES, LOOKS, ACQUIRES_LATER, SETTLES, ACQUIRES_ANEW, RELEASES_AT_LAST,
) = range(18)  # fmt: skip

NO: dict[str, Any] = {"outcome": "refused", "told": {"code": "VERSION_MISMATCH", "current": 1004}}

DOCTORED: list[tuple[str, str, Mutation]] = [
    ("the fencing number only grows", "goes back", lock(RENEWED, version=900)),
    ("the fencing number only grows", "stays", lock(RENEWED, version=1000)),
    ("the fencing number only grows", "begins anew below the removed one", lock(ANEW, version=5)),
    ("the stream has every version", "one is missing", without_lock_write(RENEWED)),
    ("the stream has every version", "one is skipped", lock(FREE, version=99_999)),
    ("the stream has every version", "the item stands otherwise", final(final_lock={"version": 1})),
    ("no two holders", "taken from a live one", lock(GRANTED, cause="acquired")),
    ("no two holders", "expired too early", lock(EXPIRED, changedAt=1)),
    ("no two holders", "granted to who did not ask", lock(GRANTED, userId="carol")),
    ("no two holders", "taken over by nobody", lock(TAKEN, actorId=None)),
    ("no two holders", "moved from another member", lock(GRANTED, cause="moved")),
    ("no two holders", "ended for no cause", lock(RELEASED, cause="renewed")),
    ("no two holders", "removed while it ran", lock(EXPIRED, lockId="L4", userId="bob", expiresAt=FOREVER)),
    ("a hold stays its holder's", "another's", lock(RENEWED, userId="bob")),
    ("a hold stays its holder's", "in another tab", lock(RENEWED, sessionId="other")),
    (
        "nobody jumps the line",
        "taken by who did not wait",
        lock(RELEASED, line=[{"userId": "carol"}], turnEndsAt=10**6),
    ),
    ("a save had the lock", "under an ended lock", saved_with(SAVES_TOO, lockId="L1")),
    ("a save had the lock", "under another's lock", saved_with(SAVES_TOO, userId="alice")),
    ("a save had the lock", "after the deadline", operation(SAVES_TOO, clock=FOREVER)),
    ("a save had the lock", "before the lock was taken", save_written(0, NEVER, NEVER + 1)),
    ("a save had the lock", "after the lock had passed on", save_written(0, FOREVER - 1, FOREVER)),
    ("a save had the lock", "by nobody", save(0, notes="from nowhere after ")),
    ("a save had the lock", "elsewhere in the stream", save_in_stream_at(0, 99)),
    ("no save is lost", "overwritten unseen", save(1, notes="two after nothing")),
    ("no save is lost", "a version is skipped", save(1, version=4)),
    ("no save is lost", "one is missing", without_save(0)),
    ("no save is lost", "the last one does not stand", final(final_appointment={"version": 1, "notes": ""})),
    ("what was told is stored", "a lock that is not", told(ACQUIRES, lockId="L7")),
    ("what was told is stored", "a renewal that is not", told(RENEWS, expiresAt=FOREVER)),
    ("what was told is stored", "a request that is not", told(REQUESTS, version=1)),
    ("what was told is stored", "a save that is not", told(SAVES, version=9)),
    ("what was told is stored", "a save that is another's", save_by(0, "bob")),
    ("what was seen was so", "an appointment that was not so", told(READS, notes="never")),
    ("what was seen was so", "an appointment that was so once", told(READS, version=2, notes="one after ")),
    ("what was seen was so", "a lock that was not so", told(LOOKS, state="locked_by_other")),
    ("what was seen was so", "a version that was passed", told(LOOKS, version=1000)),
    ("what was seen was so", "free while it was held", told(RELEASES, version=1004)),
    (
        "one no is one asker's",
        "two are denied",
        both(
            both(lock(RENEWED, cause="denied"), lock(REQUESTED, cause="denied")),
            both(sent_with(REQUESTED, RENEWED), operation(RENEWS, kind="deny")),
        ),
    ),
    ("nothing broke", "an error of our own", operation(SETTLES, outcome="broken", told={"error": "KeyError"})),
    ("a refusal left nothing", "refused what it had got", operation(TAKES_OVER, **NO)),
    ("a refusal left nothing", "refused a save that stands", operation(SAVES, **NO)),
    ("a refusal had its reason", "locked while it was free", operation(IS_LOCKED_OUT, clock=1000 + 2 * LEASE)),
    ("a refusal had its reason", "lost while it was held", saved_with(HAS_LOST, lockId="L2", userId="bob")),
    ("a refusal had its reason", "another version that was its own", saved_with(IS_SECOND, expectedVersion=1004)),
    ("a refusal had its reason", "too late while it was not", saved_with(IS_TOO_LATE, version=3)),
    ("a refusal had its reason", "forbidden to an admin", told(IS_SECOND, code="FORBIDDEN")),
    ("a refusal had its reason", "not found what is there", told(HAS_LOST, code="NOT_FOUND")),
    ("a refusal had its reason", "for no known reason", told(IS_SECOND, code="TIRED")),
    ("a hold begins and ends once", "comes back", lock(ACQUIRED_AGAIN, lockId="L3")),
    ("a hold begins and ends once", "never ends", lock(FREE, lockId="L5")),
    ("every lock ends", "held for ever", lock(FREE, lockId="L5")),
    ("the history tells what happened", "an end is not told", without_entry(1)),
    ("the history tells what happened", "a beginning is not told", without_entry(0)),
    ("the history tells what happened", "told twice", entry_again(0)),
    ("the history tells what happened", "another cause", entry(1, action="released")),
    ("the history tells what happened", "somebody else's", entry(3, userId="alice")),
    ("the history tells what happened", "another hold's", entry(3, lockId="other")),
    ("the history tells what happened", "at another version", entry(4, version=1)),
    ("the history tells what happened", "under a cause that ends nothing", lock(GRANTED, cause="lapsed")),
    ("the statistics count each thing once", "counted twice", final(statistics={"acquired": 6})),
]


def test_a_good_record_is_accepted() -> None:
    assert violations(valid_history()) == []


@pytest.mark.parametrize(
    ("invariant", "doctor"),
    [pytest.param(invariant, doctor, id=f"{invariant}: {what}") for invariant, what, doctor in DOCTORED],
)
def test_a_doctored_record_is_rejected(invariant: str, doctor: Mutation) -> None:
    found = violations(doctor(valid_history()))

    assert invariant in {violation.invariant for violation in found}


def test_every_invariant_has_a_doctored_record() -> None:
    assert {invariant for invariant, _, _ in DOCTORED} == set(INVARIANTS)


def test_a_write_that_was_sent_again_and_met_others_is_a_true_refusal() -> None:
    """The admin's takeover happened unseen, and the lock was free again before the second sending."""
    record = valid_history()
    released = record.locks[RELEASED]
    late = operation(
        TAKES_OVER, outcome="refused", ended=released.ended, told={"code": "VERSION_MISMATCH", "current": 1005}
    )

    assert violations(late(record)) == []
