"""Repeated writes: botocore repeats a write after a lost response, which must not apply it twice or refuse it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.connection import connection
from chalicelib.locking.model import NoControlRequest, Tab, rules
from chalicelib.locking.model import rules as rules_service
from chalicelib.locking.service import admin, control, leases
from chalicelib.locking.service.leases import default_timeouts
from chalicelib.locking.service.repository import update_with_retry
from chalicelib.locking.store import records
from tests.app_client.member import Member
from tests.app_client.practice import Practice


def tab_of(member: Member) -> Tab:
    return Tab(member.principal, member.tab_id)


def the_same_secret() -> str:
    """Return one fixed secret, because a repeated request carries the same lock id."""
    return "the-very-same-secret"


@contextmanager
def before_the_next_write(do: Callable[[], object]) -> Iterator[None]:
    """Run an action between a service's read of the lock and its write."""
    events, waiting = connection.client.meta.events, [do]

    def interfere(**_: object) -> None:
        while waiting:
            waiting.pop()()

    events.register("before-call.dynamodb.UpdateItem", interfere)
    events.register("before-call.dynamodb.PutItem", interfere)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb.UpdateItem", interfere)
        events.unregister("before-call.dynamodb.PutItem", interfere)


@pytest.fixture
def now() -> Callable[[], datetime]:
    """Return a stopped clock: a repeated write carries the same instant."""
    instant = utc_now()
    return lambda: instant


def test_repeated_takeover_succeeds_once(
    practice: Practice, alice: Member, appointment: str, now: Callable[[], datetime]
) -> None:
    alice.acquires(appointment)
    seen = alice.status(appointment)["version"]

    first, again = (
        admin.take_over(
            tab_of(practice.admin),
            appointment,
            reason="urgent",
            expected_version=seen,
            clock=now,
            ids=the_same_secret,
        )
        for _ in range(2)
    )

    assert again == first


def test_repeated_force_release_succeeds_once(practice: Practice, alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    seen = alice.status(appointment)["version"]

    first, again = (
        admin.force_release(practice.admin.principal, appointment, reason="gone", expected_version=seen)
        for _ in range(2)
    )

    assert again == first == seen + 1


def test_repeated_grant_succeeds_once(
    alice: Member, bob: Member, appointment: str, now: Callable[[], datetime]
) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)
    answer = rules_service.ControlResponse(alice.principal, alice.lock_id)

    first, again = (control.grant(appointment, answer, clock=now, ids=the_same_secret) for _ in range(2))

    assert again == first


def test_repeated_denial_denies_one_waiter(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)
    practice.adds_member("Carla").requests_control(appointment)
    key = keys.LockKey(practice.tenant.id, appointment)
    seen, now = records.read(key), utc_now()
    assert seen
    answer = rules_service.ControlResponse(alice.principal, alice.lock_id)

    first, again = (
        update_with_retry(key, seen, lambda found: rules.deny(found, answer, now, default_timeouts()))
        for _ in range(2)
    )

    assert again == first
    assert len(again.waitlist) == 1


def test_denial_after_withdrawal_denies_no_other_waiter(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    carla = practice.adds_member("Carla")
    alice.acquires(appointment)
    bob.requests_control(appointment)
    carla.requests_control(appointment)

    bob_goes = before_the_next_write(lambda: control.withdraw_request(tab_of(bob), appointment))
    with bob_goes, pytest.raises(NoControlRequest):
        control.deny(appointment, rules_service.ControlResponse(alice.principal, alice.lock_id))

    line = alice.status(appointment)["lock"]["controlRequest"]
    assert line["userId"] == carla.member_id


def test_repeated_lease_operations_are_idempotent(
    alice: Member, appointment: str, now: Callable[[], datetime]
) -> None:
    tab = tab_of(alice)
    first, again = (leases.acquire(tab, appointment, clock=now, ids=the_same_secret) for _ in range(2))
    assert again.lock_id == first.lock_id
    moved, moved_again = (leases.move(tab, appointment, clock=now, ids=the_same_secret) for _ in range(2))
    assert moved_again.lock_id == moved.lock_id
    assert moved.lock_id
    renewed, renewed_again = (
        leases.renew(alice.principal, appointment, moved.lock_id, clock=now) for _ in range(2)
    )
    assert renewed_again.expires_at > renewed.expires_at

    released, released_again = (
        leases.release(appointment, moved.lock_id, principal=alice.principal, clock=now) for _ in range(2)
    )

    assert released_again == released
