"""The checker itself: it accepts a good record, and finds each thing that is wrong in a doctored one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.consistency.bookings.booking_history import BookingHistory, owner_of
from tests.consistency.bookings.checker import INVARIANTS, violations
from tests.consistency.bookings.history_builder import (
    SCAN,
    allocation,
    at,
    conflict,
    stored_allocation,
    valid_history,
)
from tests.consistency.table_reader import Fields

Mutation = Callable[[BookingHistory], BookingHistory]
NINE, TEN, ELEVEN = "HOUR#2030-01-07T09", "HOUR#2030-01-07T10", "HOUR#2030-01-07T11"
DOCTORS_TIME, ROOMS_TIME = "TIME#DOCTOR#d1", "TIME#RESOURCE#r1"


def final(owner: str, kind: str, **changes: Any) -> Mutation:
    """Change an item as it stands at the end. None takes a field away."""
    return lambda record: replace(record, at_end=_changed(record.at_end, owner, kind, changes))


def closing(owner: str, kind: str, **changes: Any) -> Mutation:
    """Change an item as it stood when the last client had gone."""
    return lambda record: replace(record, at_close=_changed(record.at_close, owner, kind, changes))


def without(owner: str, kind: str) -> Mutation:
    """Take an item away at the end."""
    return lambda record: replace(
        record, at_end=[item for item in record.at_end if (owner_of(item), item["sk"]) != (owner, kind)]
    )


def with_item(owner: str, kind: str, **fields: Any) -> Mutation:
    """Add an item at the end."""
    item = {"pk": f"TENANT#t#{owner}", "sk": kind, **fields}
    return lambda record: replace(record, at_end=[*record.at_end, item])


def written(owner: str, kind: str, number: int, **changes: Any) -> Mutation:
    """Change what the `number`th write of an item left, and what the next one found."""

    def doctor(record: BookingHistory) -> BookingHistory:
        writes = list(record.writes)
        of_item = [write.place for write in writes if (owner_of(write.new), write.new["sk"]) == (owner, kind)]
        place = of_item[number]
        new = _with(writes[place].new, changes)
        writes[place] = replace(writes[place], new=new)
        if number + 1 < len(of_item):
            following = of_item[number + 1]
            writes[following] = replace(writes[following], old=new)
        return replace(record, writes=writes)

    return doctor


def operation(number: int, **changes: Any) -> Mutation:
    """Change what a client said of an operation."""

    def doctor(record: BookingHistory) -> BookingHistory:
        operations = list(record.operations)
        operations[number] = replace(operations[number], **changes)
        return replace(record, operations=operations)

    return doctor


def told(number: int, **changes: Any) -> Mutation:
    """Change what a client was told."""
    return lambda record: operation(number, told={**record.operations[number].answer, **changes})(record)


def asked(number: int, **changes: Any) -> Mutation:
    """Change what a client asked with."""
    return lambda record: operation(number, asked={**record.operations[number].asked, **changes})(record)


def _changed(items: list[Fields], owner: str, kind: str, changes: Fields) -> list[Fields]:
    assert any((owner_of(item), item["sk"]) == (owner, kind) for item in items)
    return [_with(item, changes) if (owner_of(item), item["sk"]) == (owner, kind) else item for item in items]


def _with(item: Fields, changes: Fields) -> Fields:
    return {name: value for name, value in {**item, **changes}.items() if value is not None}


# The operations of the good day, by number.
(
    HOLDS, IS_TOO_LATE, BOOKS, BOOKS_AGAIN, RELEASES_WHAT_IS_BOOKED, MOVES, CANCELS, ENTERS, FINDS_IT_TAKEN, SAVES,
    SAVES_OTHERWISE, HOLDS_TOO_LONG, HOLDS_AFTER, BOOKS_TOO_LATE, HOLDS_FOR_A_WHILE, RELEASES,
) = range(16)  # fmt: skip

A1, D1 = "APPOINTMENT#A1", "APPOINTMENT#D1"
HELD = {"by": "C2", "start": 1, "end": 2, "until": 3}
AGAIN = {"status": "confirmed"}
OF_A1 = {"by": "A1", "start": 1, "end": 2}
BOOKED = {"by": "D1", "start": 1, "end": 2}

DOCTORED: list[tuple[str, str, Mutation]] = [
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
            A1, "APPOINTMENT", status="confirmed", doctorId="d2", occupies=stored_allocation(allocation(80, SCAN))
        ),
    ),
    (
        "no two overlap",
        "only for a while",
        written(A1, "APPOINTMENT", 2, **AGAIN, startsAt=at(80), endsAt=at(100)),
    ),
    ("a cell passes to its own", "from a live hold", written(DOCTORS_TIME, NINE, 4, c00={**HELD, "until": 10**7})),
    (
        "a cell passes to its own",
        "from an appointment",
        written(DOCTORS_TIME, NINE, 4, c00=OF_A1),
    ),
    ("a cell passes to its own", "from another's hold", asked(BOOKS, holdId="H9")),
    ("a cell passes to its own", "to who does not occupy it", written(DOCTORS_TIME, NINE, 0, c55=HELD)),
    ("a cell passes to its own", "lost while it is occupied", written(DOCTORS_TIME, TEN, 1, c00=None)),
    ("a cell passes to its own", "lost by a hold that was booked", final("HOLD#E1", "HOLD", state="booked")),
    ("an appointment takes what it needs", "another time", final(D1, "APPOINTMENT", endsAt=at(95))),
    ("an appointment takes what it needs", "nothing", final(D1, "APPOINTMENT", occupies=None)),
    ("an appointment takes what it needs", "another doctor", final(D1, "APPOINTMENT", doctorId="d2")),
    ("an appointment takes what it needs", "no room", final(D1, "APPOINTMENT", serviceId="visit")),
    (
        "an appointment takes what it needs",
        "although it was cancelled",
        final(A1, "APPOINTMENT", occupies=stored_allocation(allocation(120))),
    ),
    ("an appointment has its cells", "one is missing", final(DOCTORS_TIME, TEN, c10=None)),
    ("an appointment has its cells", "one of the room is missing", final(ROOMS_TIME, TEN, c10=None)),
    ("an appointment has its cells", "one is another's", final(DOCTORS_TIME, TEN, c10=OF_A1)),
    ("an appointment has its cells", "one shows another time", final(DOCTORS_TIME, TEN, c10=BOOKED)),
    ("an appointment has its cells", "missing before the sweep", closing(DOCTORS_TIME, TEN, c10=None)),
    ("a cell is somebody's", "nobody's", final(DOCTORS_TIME, ELEVEN, c00={**BOOKED, "by": "nobody"})),
    ("a cell is somebody's", "a cancelled one's", final(DOCTORS_TIME, ELEVEN, c00=OF_A1)),
    ("a cell is somebody's", "one too many", final(DOCTORS_TIME, TEN, c55=BOOKED)),
    ("a cell is somebody's", "a hold's that has ended", closing("HOLD#C2", "HOLD", state="released")),
    ("a cell is somebody's", "a hold's elsewhere", closing(DOCTORS_TIME, ELEVEN, c00=HELD)),
    ("what lapsed is free", "a cell is held", final(DOCTORS_TIME, ELEVEN, c00=HELD)),
    ("what lapsed is free", "a hold is held", final("HOLD#C2", "HOLD", state="held")),
    ("no save is lost", "a revision is missing", without(D1, "REVISION#000000000001")),
    ("no save is lost", "there is one too many", with_item(D1, "REVISION#000000000003", changes={})),
    ("no save is lost", "the last one does not stand", final(D1, "APPOINTMENT", notes="")),
    ("what was told is there", "a hold that is not", told(HOLDS, holdId="H7")),
    ("what was told is there", "a hold of other times", told(HOLDS, until=1)),
    ("what was told is there", "a hold with another", asked(HOLDS, doctorId="d2")),
    ("what was told is there", "a release of a hold that is held", final("HOLD#E1", "HOLD", state="held")),
    ("what was told is there", "a booking that is not", without(A1, "REVISION#000000000001")),
    ("what was told is there", "a booking of other words", asked(BOOKS, notes="H9")),
    ("what was told is there", "a booking of a hold that is not booked", final("HOLD#H1", "HOLD", state="held")),
    ("what was told is there", "a key that is forgotten", asked(BOOKS, key="another")),
    ("what was told is there", "an entry that is not", told(ENTERS, appointmentId="D7")),
    ("what was told is there", "an entry at another time", asked(ENTERS, start=at(0))),
    ("what was told is there", "a save that is not", told(SAVES, saves=[{"version": 3}])),
    ("what was told is there", "a save of another's", operation(SAVES, client="carl")),
    ("what was told is there", "a save of other words", told(SAVES, saves=[{"version": 2, "notes": "no"}])),
    ("what was told is there", "a move to another time", told(MOVES, startsAt=at(0))),
    ("what was told is there", "a move that is not", told(MOVES, version=1)),
    ("what was told is there", "a cancellation that is not", told(CANCELS, version=2)),
    (
        "one key is one appointment",
        "answered with two",
        told(BOOKS_AGAIN, answers=[{"appointmentId": "D1", "startsAt": at(0)}]),
    ),
    ("one key is one appointment", "made two", asked(BOOKS_AGAIN, draws=["D1"])),
    (
        "one key is one appointment",
        "one of two at once is refused",
        told(BOOKS, answers=["HOLD_EXPIRED", {"appointmentId": "A1", "startsAt": at(0)}]),
    ),
    ("a refusal had its reason", "nothing stood in the way", told(IS_TOO_LATE, collided=[])),
    ("a refusal had its reason", "something else did", told(IS_TOO_LATE, collided=[conflict(40, 45, "held")])),
    ("a refusal had its reason", "it was no hold", told(IS_TOO_LATE, collided=[conflict(15, 35, "booked")])),
    ("a refusal had its reason", "more than did", told(IS_TOO_LATE, collided=[conflict(15, 40, "held")])),
    ("a refusal had its reason", "it had lapsed", operation(IS_TOO_LATE, clock=10**7)),
    ("a refusal had its reason", "it came later", operation(IS_TOO_LATE, began=1, ended=2)),
    ("a refusal had its reason", "it had gone", operation(IS_TOO_LATE, began=10**6, ended=10**6 + 1)),
    (
        "a refusal had its reason",
        "another appointment",
        told(FINDS_IT_TAKEN, collided=[conflict(50, 90, "booked", "A1")]),
    ),
    ("a refusal had its reason", "its own", asked(FINDS_IT_TAKEN, appointmentId="D1")),
    ("a refusal had its reason", "expired while it was held", asked(BOOKS_TOO_LATE, holdId="C2")),
    ("a refusal had its reason", "expired after it was booked", asked(BOOKS_TOO_LATE, holdId="H1", key="key")),
    ("a refusal had its reason", "not found what is there", told(RELEASES_WHAT_IS_BOOKED, code="NOT_FOUND")),
    ("a refusal had its reason", "booked while it was not", asked(RELEASES_WHAT_IS_BOOKED, holdId="B1")),
    (
        "a refusal had its reason",
        "another version that was its own",
        asked(SAVES_OTHERWISE, saves=[{"version": 2}]),
    ),
    ("a refusal had its reason", "no lock is asked for", told(IS_TOO_LATE, code="LOCKED")),
    ("a refusal had its reason", "for no known reason", told(SAVES_OTHERWISE, code="TIRED")),
    (
        "a refusal had its reason",
        "too late while it was not",
        operation(MOVES, outcome="refused", told={"code": "TOO_LATE"}),
    ),
    ("nothing broke", "an error of our own", operation(RELEASES, outcome="broken", told={"error": "KeyError"})),
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
