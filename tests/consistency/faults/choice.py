"""What a client does next: mostly what makes sense to it, sometimes what does not."""

from collections.abc import Callable
from typing import TypeAlias

from tests.consistency.faults import deeds
from tests.consistency.faults.deeds import Deed
from tests.consistency.faults.hand import Hand

Doing: TypeAlias = Callable[[Hand, str], Deed]

# How often a client that holds locks goes on with one of them.
_STAYS = 0.8
# Weights by deed, for a client that believes to hold the lock, and for one that does not.
_WITH_LOCK: dict[Doing, int] = {
    deeds.save: 30,
    deeds.renew: 14,
    deeds.release: 14,
    deeds.read: 10,
    deeds.status: 5,
    deeds.grant: 8,
    deeds.deny: 5,
    deeds.acquire: 3,
    deeds.leave: 2,
    deeds.come_back: 1,
}
_WITHOUT: dict[Doing, int] = {
    deeds.acquire: 50,
    deeds.request: 14,
    deeds.status: 10,
    deeds.settle: 8,
    deeds.move: 5,
    deeds.save: 4,
    deeds.read: 4,
    deeds.withdraw: 3,
    deeds.renew: 2,
    deeds.release: 2,
    deeds.come_back: 2,
    deeds.sweep: 1,
}
# How often somebody who is none tries what is an admin's.
_TRIES_ANYWAY = 0.03
_AS_ADMIN: dict[Doing, int] = {deeds.take_over: 15, deeds.force_release: 10}


def choose(hand: Hand) -> tuple[str, Deed]:
    """The next appointment and deed."""
    held = [appointment for appointment, seen in hand.seen.items() if seen.lock_id]
    goes_on = held and hand.chance.random() < _STAYS
    appointment = hand.chance.choice(held if goes_on else hand.place.appointments)
    weights = _WITH_LOCK if hand.knows(appointment).lock_id else _WITHOUT
    if hand.place.role == "admin" or hand.chance.random() < _TRIES_ANYWAY:
        weights = weights | _AS_ADMIN
    (doing,) = hand.chance.choices(list(weights), list(weights.values()))
    return appointment, doing(hand, appointment)
