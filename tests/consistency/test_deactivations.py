"""Deactivations: of admins by each other at the same moment, and of members with locks."""

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
    """An admin and the other admins of the tenant, for each round."""

    rounds: list[tuple[Principal, list[Principal]]]


def create_admins(_: None) -> list[list[Principal]]:
    """Return the admins of a new tenant, for each round."""
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


def deactivate_others(rival: Rival, wait_at_barrier: BarrierWait) -> list[bool]:
    """Deactivate all others in each round. Returns whether it succeeded, which only the first does."""
    done = []
    for admin, others in rival.rounds:
        wait_at_barrier()
        try:
            ended = [deactivate_member(admin, other.member_id) for other in others]
        except Unauthenticated:
            ended = []
        done.append(bool(ended))
    return done


def are_active(admins: list[Principal]) -> list[bool]:
    return [find_deactivation(one.tenant_id, one.member_id) is None for one in admins]


def test_admins_deactivating_each_other_leave_one(workers: WorkerPool, race_results: RaceResults) -> None:
    rounds = workers.run_one(create_admins, None)
    # Each starts with another.
    rivals = [
        Rival([(admins[number], admins[number + 1 :] + admins[:number]) for admins in rounds])
        for number in range(ADMINS)
    ]

    results = list(zip(*workers.run_together(deactivate_others, rivals), strict=True))

    for admins, done in zip(rounds, results, strict=True):
        race_results.add("deactivating each other", ADMINS, done.count(True))
        assert workers.run_one(are_active, admins) == list(done)
    assert [done.count(True) for done in results] == [1] * ROUNDS


def state_after_eviction(tenant: SeededTenant) -> list[tuple[str | None, list[str]]]:
    """Evict Alice, and return the holder and waiters of each appointment."""
    alice, bob, carla = (tenant.tab(name, name) for name in ("alice", "bob", "carla"))
    held, awaited, others = tenant.appointments
    for holder, appointment, waiter in ((alice, held, bob), (bob, awaited, alice), (bob, others, carla)):
        leases.acquire(holder, appointment)
        control.request_control(waiter, appointment, policy=LockPolicy())
    admin = Principal(tenant.tenant_id, "dana", "dana@contest.test", "Dana", "admin")

    eviction.evict_member(Deactivation(tenant.tenant_id, "alice", utc_now(), admin))

    settled = [deadlines.apply_due_transitions(keys.LockKey(tenant.tenant_id, one)) for one in tenant.appointments]
    return [
        (one.lock.user_id if one.lock else None, [waiter.member_id for waiter in one.waitlist])
        for one in settled
        if one
    ]


def test_eviction_finds_locks_and_requests_by_index(workers: WorkerPool) -> None:
    left = workers.run_one(state_after_eviction, workers.run_one(seed_tenant, 3))

    assert left == [(None, ["bob"]), ("bob", []), ("bob", ["carla"])]
