"""What a client does next."""

from collections.abc import Callable
from typing import TypeAlias

from tests.consistency.bookings import members, patients
from tests.consistency.bookings.hand import Hand
from tests.consistency.faults.deeds import Deed

Doing: TypeAlias = Callable[[Hand], Deed]

_ALWAYS: dict[Doing, int] = {patients.hold: 26, members.enter: 7, members.look: 5, patients.sweep: 1}
_WITH_HOLD: dict[Doing, int] = {
    patients.book: 18,
    patients.book_twice: 10,
    patients.release: 8,
    patients.lapse: 5,
}
_ONCE_BOOKED: dict[Doing, int] = {patients.book_again: 6, patients.book_otherwise: 2}
_WITH_TOKEN: dict[Doing, int] = {patients.reschedule: 12, patients.cancel: 7}
_HAVING_SEEN: dict[Doing, int] = {members.acquire: 14}
_WITH_LOCK: dict[Doing, int] = {
    members.save: 40,
    members.save_ahead: 6,
    members.restore: 10,
    members.cancel: 14,
    members.let_go: 10,
}


def choose(hand: Hand) -> Deed:
    """The next deed."""
    weights = dict(_ALWAYS)
    for has, more in (
        (hand.holds, _WITH_HOLD),
        (hand.booked, _ONCE_BOOKED),
        (hand.tokens, _WITH_TOKEN),
        (hand.seen, _HAVING_SEEN),
        (any(seen.lock_id for seen in hand.seen.values()), _WITH_LOCK),
    ):
        weights |= more if has else {}
    (doing,) = hand.chance.choices(list(weights), list(weights.values()))
    return doing(hand)
