"""The checker accepts a valid history, and finds the violation in each mutated one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.consistency.bookings.booking_history import BookingHistory, owner_of
from tests.consistency.bookings.checker import INVARIANTS
from tests.consistency.bookings.history_builder import (
    SCAN,
    allocation_at,
    at,
    conflict,
    stored_allocation,
    valid_history,
)
from tests.consistency.harness.checker import check
from tests.consistency.table_reader import Fields

Mutation = Callable[[BookingHistory], BookingHistory]
NINE, TEN, ELEVEN = "HOUR#2030-01-07T09", "HOUR#2030-01-07T10", "HOUR#2030-01-07T11"
DOCTORS_TIME, ROOMS_TIME = "TIME#DOCTOR#d1", "TIME#RESOURCE#r1"


def final(owner: str, kind: str, **changes: Any) -> Mutation:
    """Change a final item. None removes a field."""
    return lambda history: replace(history, at_end=_changed(history.at_end, owner, kind, changes))


def closing(owner: str, kind: str, **changes: Any) -> Mutation:
    """Change an item as it was when the last client stopped."""
    return lambda history: replace(history, at_close=_changed(history.at_close, owner, kind, changes))


def without(owner: str, kind: str) -> Mutation:
    """Remove a final item."""
    return lambda history: replace(
        history, at_end=[item for item in history.at_end if (owner_of(item), item["sk"]) != (owner, kind)]
    )


def with_item(owner: str, kind: str, **fields: Any) -> Mutation:
    """Add a final item."""
    item = {"pk": f"TENANT#t#{owner}", "sk": kind, **fields}
    return lambda history: replace(history, at_end=[*history.at_end, item])


def written(owner: str, kind: str, number: int, **changes: Any) -> Mutation:
    """Change the fields after the `number`th write of an item and before the next."""

    def mutate(history: BookingHistory) -> BookingHistory:
        writes = list(history.writes)
        of_item = [write.position for write in writes if (owner_of(write.new), write.new["sk"]) == (owner, kind)]
        place = of_item[number]
        new = _with(writes[place].new, changes)
        writes[place] = replace(writes[place], new=new)
        if number + 1 < len(of_item):
            following = of_item[number + 1]
            writes[following] = replace(writes[following], old=new)
        return replace(history, writes=writes)

    return mutate


def operation(number: int, **changes: Any) -> Mutation:
    """Change a logged operation."""

    def mutate(history: BookingHistory) -> BookingHistory:
        operations = list(history.operations)
        operations[number] = replace(operations[number], **changes)
        return replace(history, operations=operations)

    return mutate


def response(number: int, **changes: Any) -> Mutation:
    """Change the response of an operation."""
    return lambda history: operation(number, response={**history.operations[number].response, **changes})(history)


def request(number: int, **changes: Any) -> Mutation:
    """Change the request of an operation."""
    return lambda history: operation(number, request={**history.operations[number].request, **changes})(history)


def _changed(items: list[Fields], owner: str, kind: str, changes: Fields) -> list[Fields]:
    assert any((owner_of(item), item["sk"]) == (owner, kind) for item in items)
    return [_with(item, changes) if (owner_of(item), item["sk"]) == (owner, kind) else item for item in items]


def _with(item: Fields, changes: Fields) -> Fields:
    return {name: value for name, value in {**item, **changes}.items() if value is not None}


# The operations of the valid history, by number.
(
    HOLDS, IS_TOO_LATE, BOOKS, BOOKS_AGAIN, RELEASES_WHAT_IS_BOOKED, MOVES, CANCELS, ENTERS, FINDS_IT_TAKEN, SAVES,
    SAVES_OTHERWISE, HOLDS_TOO_LONG, HOLDS_AFTER, BOOKS_TOO_LATE, HOLDS_FOR_A_WHILE, RELEASES,
) = range(16)  # fmt: skip

A1, D1 = "APPOINTMENT#A1", "APPOINTMENT#D1"
HELD = {"by": "C2", "start": 1, "end": 2, "until": 3}
AGAIN = {"status": "confirmed"}
OF_A1 = {"by": "A1", "start": 1, "end": 2}
BOOKED = {"by": "D1", "start": 1, "end": 2}

MUTATIONS: list[tuple[str, str, Mutation]] = [
    (
        "no two overlap",
        "at the end",
        final(A1, "APPOINTMENT", **AGAIN, startsAt=at(80), endsAt=at(100)),
    ),
    (
        "no two overlap",
        "by a buffer alone",
        final(A1, "APPOINTMENT", **AGAIN, startsAt=at(20), endsAt=at(46)),
    ),
    (
        "no two overlap",
        "in a room alone",
        final(
            A1,
            "APPOINTMENT",
            status="confirmed",
            doctorId="d2",
            occupies=stored_allocation(allocation_at(80, SCAN)),
        ),
    ),
    (
        "no two overlap",
        "only for a while",
        written(A1, "APPOINTMENT", 2, **AGAIN, startsAt=at(80), endsAt=at(100)),
    ),
    (
        "transfers of cells are valid",
        "from a live hold",
        written(DOCTORS_TIME, NINE, 4, c00={**HELD, "until": 10**7}),
    ),
    (
        "transfers of cells are valid",
        "from an appointment",
        written(DOCTORS_TIME, NINE, 4, c00=OF_A1),
    ),
    ("transfers of cells are valid", "from another's hold", request(BOOKS, holdId="H9")),
    (
        "transfers of cells are valid",
        "to an owner that does not allocate it",
        written(DOCTORS_TIME, NINE, 0, c55=HELD),
    ),
    ("transfers of cells are valid", "lost while it is occupied", written(DOCTORS_TIME, TEN, 1, c00=None)),
    ("transfers of cells are valid", "lost by a hold that was booked", final("HOLD#E1", "HOLD", state="booked")),
    ("allocations match needs", "another time", final(D1, "APPOINTMENT", endsAt=at(95))),
    ("allocations match needs", "nothing", final(D1, "APPOINTMENT", occupies=None)),
    ("allocations match needs", "another doctor", final(D1, "APPOINTMENT", doctorId="d2")),
    ("allocations match needs", "no room", final(D1, "APPOINTMENT", serviceId="visit")),
    (
        "allocations match needs",
        "although it was cancelled",
        final(A1, "APPOINTMENT", occupies=stored_allocation(allocation_at(120))),
    ),
    ("an appointment has its cells", "one is missing", final(DOCTORS_TIME, TEN, c10=None)),
    ("an appointment has its cells", "one of the room is missing", final(ROOMS_TIME, TEN, c10=None)),
    ("an appointment has its cells", "one is another's", final(DOCTORS_TIME, TEN, c10=OF_A1)),
    ("an appointment has its cells", "one shows another time", final(DOCTORS_TIME, TEN, c10=BOOKED)),
    ("an appointment has its cells", "missing before the sweep", closing(DOCTORS_TIME, TEN, c10=None)),
    ("a cell has an owner", "nobody's", final(DOCTORS_TIME, ELEVEN, c00={**BOOKED, "by": "nobody"})),
    ("a cell has an owner", "a cancelled one's", final(DOCTORS_TIME, ELEVEN, c00=OF_A1)),
    ("a cell has an owner", "one too many", final(DOCTORS_TIME, TEN, c55=BOOKED)),
    ("a cell has an owner", "a hold's that has ended", closing("HOLD#C2", "HOLD", state="released")),
    ("a cell has an owner", "a hold's elsewhere", closing(DOCTORS_TIME, ELEVEN, c00=HELD)),
    ("no hold remains", "a cell is held", final(DOCTORS_TIME, ELEVEN, c00=HELD)),
    ("no hold remains", "a hold is held", final("HOLD#C2", "HOLD", state="held")),
    ("no save is lost", "a revision is missing", without(D1, "REVISION#000000000001")),
    ("no save is lost", "there is one too many", with_item(D1, "REVISION#000000000003", changes={})),
    ("no save is lost", "the last one does not stand", final(D1, "APPOINTMENT", notes="")),
    ("successes are stored", "a hold that is not", response(HOLDS, holdId="H7")),
    ("successes are stored", "a hold of other times", response(HOLDS, until=1)),
    ("successes are stored", "a hold with another", request(HOLDS, doctorId="d2")),
    ("successes are stored", "a release of a hold that is held", final("HOLD#E1", "HOLD", state="held")),
    ("successes are stored", "a booking that is not", without(A1, "REVISION#000000000001")),
    ("successes are stored", "a booking of other words", request(BOOKS, notes="H9")),
    ("successes are stored", "a booking of a hold that is not booked", final("HOLD#H1", "HOLD", state="held")),
    ("successes are stored", "a key that is forgotten", request(BOOKS, key="another")),
    ("successes are stored", "an entry that is not", response(ENTERS, appointmentId="D7")),
    ("successes are stored", "an entry at another time", request(ENTERS, start=at(0))),
    ("successes are stored", "a save that is not", response(SAVES, saves=[{"version": 3}])),
    ("successes are stored", "a save of another's", operation(SAVES, client="carl")),
    ("successes are stored", "a save of other words", response(SAVES, saves=[{"version": 2, "notes": "no"}])),
    ("successes are stored", "a move to another time", response(MOVES, startsAt=at(0))),
    ("successes are stored", "a move that is not", response(MOVES, version=1)),
    ("successes are stored", "a cancellation that is not", response(CANCELS, version=2)),
    (
        "one key makes one appointment",
        "two in the responses",
        response(BOOKS_AGAIN, responses=[{"appointmentId": "D1", "startsAt": at(0)}]),
    ),
    ("one key makes one appointment", "made two", request(BOOKS_AGAIN, draws=["D1"])),
    (
        "one key makes one appointment",
        "one of two at once is rejected",
        response(BOOKS, responses=["HOLD_EXPIRED", {"appointmentId": "A1", "startsAt": at(0)}]),
    ),
    ("rejections had a reason", "nothing stood in the way", response(IS_TOO_LATE, collided=[])),
    ("rejections had a reason", "something else did", response(IS_TOO_LATE, collided=[conflict(40, 45, "held")])),
    ("rejections had a reason", "it was no hold", response(IS_TOO_LATE, collided=[conflict(15, 35, "booked")])),
    ("rejections had a reason", "more than did", response(IS_TOO_LATE, collided=[conflict(15, 40, "held")])),
    ("rejections had a reason", "it had expired", operation(IS_TOO_LATE, clock=10**7)),
    ("rejections had a reason", "it came later", operation(IS_TOO_LATE, began=1, ended=2)),
    ("rejections had a reason", "it had gone", operation(IS_TOO_LATE, began=10**6, ended=10**6 + 1)),
    (
        "rejections had a reason",
        "another appointment",
        response(FINDS_IT_TAKEN, collided=[conflict(50, 90, "booked", "A1")]),
    ),
    ("rejections had a reason", "its own", request(FINDS_IT_TAKEN, appointmentId="D1")),
    ("rejections had a reason", "expired while it was held", request(BOOKS_TOO_LATE, holdId="C2")),
    ("rejections had a reason", "expired after it was booked", request(BOOKS_TOO_LATE, holdId="H1", key="key")),
    ("rejections had a reason", "not found what is there", response(RELEASES_WHAT_IS_BOOKED, code="NOT_FOUND")),
    ("rejections had a reason", "booked while it was not", request(RELEASES_WHAT_IS_BOOKED, holdId="B1")),
    (
        "rejections had a reason",
        "another version that was its own",
        request(SAVES_OTHERWISE, saves=[{"version": 2}]),
    ),
    ("rejections had a reason", "no lock is request for", response(IS_TOO_LATE, code="LOCKED")),
    ("rejections had a reason", "for no known reason", response(SAVES_OTHERWISE, code="TIRED")),
    (
        "rejections had a reason",
        "too late while it was not",
        operation(MOVES, outcome="rejected", response={"code": "TOO_LATE"}),
    ),
    (
        "no internal errors",
        "an error of our own",
        operation(RELEASES, outcome="error", response={"error": "KeyError"}),
    ),
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
