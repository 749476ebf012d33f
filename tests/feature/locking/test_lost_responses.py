"""A write that happened although its answer was lost is sent again by botocore. That must not do it twice, nor
tell the caller that somebody else did it.
"""

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
from tests.app_client.practice import Member, Practice


def tab_of(member: Member) -> Tab:
    return Tab(member.principal, member.session_id)


def the_same_secret() -> str:
    """A write that is sent again carries the lock id that it had."""
    return "the-very-same-secret"


@contextmanager
def before_the_next_write(do: Callable[[], object]) -> Iterator[None]:
    """Let something happen between a service's look at the lock and its write."""
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
    """The instant at which the request came, however often its write is sent."""
    instant = utc_now()
    return lambda: instant


def test_a_takeover_is_not_told_that_somebody_was_quicker(
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


def test_a_forced_release_is_done_once(practice: Practice, alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    seen = alice.status(appointment)["version"]

    first, again = (
        admin.force_release(practice.admin.principal, appointment, reason="gone", expected_version=seen)
        for _ in range(2)
    )

    assert again == first == seen + 1


def test_a_grant_does_not_pass_the_lock_on_to_the_next(
    alice: Member, bob: Member, appointment: str, now: Callable[[], datetime]
) -> None:
    alice.acquires(appointment)
    bob.asks_for_control(appointment)
    answer = rules_service.ControlResponse(alice.principal, alice.lock_id)

    first, again = (control.grant(appointment, answer, clock=now, ids=the_same_secret) for _ in range(2))

    assert again == first


def test_a_no_is_said_to_one_only(practice: Practice, alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)
    bob.asks_for_control(appointment)
    practice.adds_member("Carla").asks_for_control(appointment)
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


def test_a_no_is_not_passed_on_to_the_next_if_the_first_goes_meanwhile(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    carla = practice.adds_member("Carla")
    alice.acquires(appointment)
    bob.asks_for_control(appointment)
    carla.asks_for_control(appointment)

    bob_goes = before_the_next_write(lambda: control.withdraw_request(tab_of(bob), appointment))
    with bob_goes, pytest.raises(NoControlRequest):
        control.deny(appointment, rules_service.ControlResponse(alice.principal, alice.lock_id))

    line = alice.status(appointment)["lock"]["controlRequest"]
    assert line["userId"] == carla.user_id


def test_whoever_takes_asks_again_or_gives_back_twice_has_it_once(
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
