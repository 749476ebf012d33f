"""Admins who deactivate each other in the same moment leave one; and what a member had of any lock is found."""

from dataclasses import dataclass

from chalicelib.accounts.model import Deactivation, LockPolicy, SignUp
from chalicelib.accounts.service import members, staff
from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import new_id, utc_now
from chalicelib.core.errors import Unauthenticated
from chalicelib.locking.service import deadlines, dismissal, holding, waiting
from tests.consistency.contest import Crew, LineUp
from tests.consistency.office import QUICK, Room, open_room
from tests.consistency.scoreboard import Scoreboard

ROUNDS, ADMINS = 10, 4
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Rival:
    """An admin, and the others of their practice, in each round."""

    rounds: list[tuple[Principal, list[Principal]]]


def practices(_: None) -> list[list[Principal]]:
    """The admins of a new practice, for each round."""
    return [_admins() for _ in range(ROUNDS)]


def _admins() -> list[Principal]:
    form = SignUp("Contest", "Europe/Lisbon", "Dana", f"{new_id()}@contest.test", PASSWORD)
    first = members.sign_up(form, hasher=QUICK).user
    dana = Principal(first.tenant_id, first.id, first.email, first.name, first.role)
    others = [
        members.add_member(dana, "Erin", f"{new_id()}@contest.test", "admin", PASSWORD, hasher=QUICK)
        for _ in range(ADMINS - 1)
    ]
    return [dana, *(Principal(one.tenant_id, one.id, one.email, one.name, one.role) for one in others)]


def purge(rival: Rival, line_up: LineUp) -> list[bool]:
    """Deactivate all others, in each round, unless one of them is quicker; whether that was done."""
    done = []
    for admin, others in rival.rounds:
        line_up()
        try:
            ended = [staff.deactivate(admin, other.user_id) for other in others]
        except Unauthenticated:
            ended = []
        done.append(bool(ended))
    return done


def is_left(admins: list[Principal]) -> list[bool]:
    return [staff.deactivation_of(one.tenant_id, one.user_id) is None for one in admins]


def test_of_all_who_deactivate_each_other_one_is_left(contenders: Crew, scoreboard: Scoreboard) -> None:
    rounds = contenders.alone(practices, None)
    # Each begins with another one.
    rivals = [
        Rival([(admins[number], admins[number + 1 :] + admins[:number]) for admins in rounds])
        for number in range(ADMINS)
    ]

    results = list(zip(*contenders.together(purge, rivals), strict=True))

    for admins, done in zip(rounds, results, strict=True):
        scoreboard.add("deactivating each other", ADMINS, done.count(True))
        assert contenders.alone(is_left, admins) == list(done)
    assert [done.count(True) for done in results] == [1] * ROUNDS


def what_is_left(room: Room) -> list[tuple[str | None, list[str]]]:
    """Who holds each appointment, and who waits for it, once Alice is no member any more."""
    alice, bob, carla = (room.tab(name, name) for name in ("alice", "bob", "carla"))
    held, awaited, others = room.appointments
    for holder, appointment, asker in ((alice, held, bob), (bob, awaited, alice), (bob, others, carla)):
        holding.acquire(holder, appointment)
        waiting.request(asker, appointment, policy=LockPolicy())
    admin = Principal(room.tenant_id, "dana", "dana@contest.test", "Dana", "admin")

    dismissal.end_member(Deactivation(room.tenant_id, "alice", utc_now(), admin))

    settled = [deadlines.settle(keys.appointment(room.tenant_id, one)) for one in room.appointments]
    return [
        (one.lock.user_id if one.lock else None, [asker.user_id for asker in one.line]) for one in settled if one
    ]


def test_what_a_member_holds_and_waits_for_is_found_by_the_indexes(contenders: Crew) -> None:
    left = contenders.alone(what_is_left, contenders.alone(open_room, 3))

    assert left == [(None, ["bob"]), ("bob", []), ("bob", ["carla"])]
