"""Admins who deactivate each other in the same moment leave one; and what a member had of any lock is found."""

from dataclasses import dataclass

from chalicelib.accounts.model import Deactivation, LockPolicy, SignUp
from chalicelib.accounts.service.members import add_member, deactivate_member, find_deactivation
from chalicelib.accounts.service.sign_up import sign_up
from chalicelib.core.clock import new_id, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import Unauthenticated
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.service import control, deadlines, eviction, leases
from tests.consistency.race_results import RaceResults
from tests.consistency.seed import FAST_HASHER, SeededTenant, seed_tenant
from tests.consistency.worker_pool import BarrierWait, WorkerPool

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
    first = sign_up(form, hasher=FAST_HASHER).user
    dana = Principal(first.tenant_id, first.id, first.email, first.name, first.role)
    others = [
        add_member(dana, "Erin", f"{new_id()}@contest.test", "admin", PASSWORD, hasher=FAST_HASHER)
        for _ in range(ADMINS - 1)
    ]
    return [dana, *(Principal(one.tenant_id, one.id, one.email, one.name, one.role) for one in others)]


def purge(rival: Rival, line_up: BarrierWait) -> list[bool]:
    """Deactivate all others, in each round, unless one of them is quicker; whether that was done."""
    done = []
    for admin, others in rival.rounds:
        line_up()
        try:
            ended = [deactivate_member(admin, other.member_id) for other in others]
        except Unauthenticated:
            ended = []
        done.append(bool(ended))
    return done


def is_left(admins: list[Principal]) -> list[bool]:
    return [find_deactivation(one.tenant_id, one.member_id) is None for one in admins]


def test_of_all_who_deactivate_each_other_one_is_left(contenders: WorkerPool, scoreboard: RaceResults) -> None:
    rounds = contenders.run_one(practices, None)
    # Each begins with another one.
    rivals = [
        Rival([(admins[number], admins[number + 1 :] + admins[:number]) for admins in rounds])
        for number in range(ADMINS)
    ]

    results = list(zip(*contenders.run_together(purge, rivals), strict=True))

    for admins, done in zip(rounds, results, strict=True):
        scoreboard.add("deactivating each other", ADMINS, done.count(True))
        assert contenders.run_one(is_left, admins) == list(done)
    assert [done.count(True) for done in results] == [1] * ROUNDS


def what_is_left(room: SeededTenant) -> list[tuple[str | None, list[str]]]:
    """Who holds each appointment, and who waits for it, once Alice is no member any more."""
    alice, bob, carla = (room.tab(name, name) for name in ("alice", "bob", "carla"))
    held, awaited, others = room.appointments
    for holder, appointment, asker in ((alice, held, bob), (bob, awaited, alice), (bob, others, carla)):
        leases.acquire(holder, appointment)
        control.request_control(asker, appointment, policy=LockPolicy())
    admin = Principal(room.tenant_id, "dana", "dana@contest.test", "Dana", "admin")

    eviction.evict_member(Deactivation(room.tenant_id, "alice", utc_now(), admin))

    settled = [deadlines.apply_due_transitions(keys.LockKey(room.tenant_id, one)) for one in room.appointments]
    return [
        (one.lock.user_id if one.lock else None, [asker.member_id for asker in one.waitlist])
        for one in settled
        if one
    ]


def test_what_a_member_holds_and_waits_for_is_found_by_the_indexes(contenders: WorkerPool) -> None:
    left = contenders.run_one(what_is_left, contenders.run_one(seed_tenant, 3))

    assert left == [(None, ["bob"]), ("bob", []), ("bob", ["carla"])]
