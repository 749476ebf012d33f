"""How often a member may ask for a lock, as pages meet it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb.keys import LOCK_ATTEMPTS, RateLimitKey
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.core.security.rate_limit import consume, parse_attempt
from chalicelib.locking.api.leases import lock_attempt_limit
from tests.app_client.dynamodb_calls import RATE_LIMIT, calls_of
from tests.app_client.practice import Member, Practice, send
from tests.app_client.stream import Stream

# Longer than a test takes on a busy machine.
ENOUGH = timedelta(seconds=20)


@pytest.fixture
def alice(practice: Practice) -> Member:
    """A member whose present window lasts for the whole test."""
    return next(member for member in _staff(practice) if _left(member) > ENOUGH)


def _staff(practice: Practice) -> Iterator[Member]:
    while True:
        yield practice.adds_member("Alice")


def _left(member: Member) -> timedelta:
    now = utc_now()
    return lock_attempt_limit().window_of(member.user_id, now).ends_at - now


def spends(member: Member, appointment: str, *, ago: timedelta = timedelta(0)) -> None:
    """Let the member have made every attempt that a window allows, that long ago."""
    for _ in range(lock_attempt_limit().limit):
        consume(lock_attempt_limit(), member.principal, appointment, clock=lambda: utc_now() - ago)


def test_ten_attempts_are_let_through_and_the_next_is_told_to_wait(alice: Member, appointment: str) -> None:
    answers = [alice.acquires(appointment) for _ in range(11)]

    assert [answer.status for answer in answers] == [200] * 10 + [429]
    refused = answers[-1]
    assert refused.code == "RATE_LIMITED"
    assert refused.headers["content-type"] == "application/problem+json"
    wait = int(refused.headers["retry-after"])
    assert timedelta(seconds=wait) - _left(alice) < timedelta(seconds=10)
    assert refused.headers["ratelimit-limit"] == "10"
    assert refused.headers["ratelimit-remaining"] == "0"
    assert refused.headers["ratelimit-reset"] == str(refused["retryAfter"]) == str(wait)
    assert refused["detail"].startswith(f"Wait {wait} seconds before you try again")


def test_attempts_that_lose_count_too(alice: Member, bob: Member, appointment: str) -> None:
    bob.acquires(appointment)

    assert [alice.acquires(appointment).status for _ in range(11)] == [409] * 10 + [429]


def test_attempts_at_other_appointments_count_too(alice: Member, practice: Practice, appointment: str) -> None:
    spends(alice, appointment)

    assert alice.acquires(practice.creates_appointment()).code == "RATE_LIMITED"


def test_another_member_is_not_held_up(alice: Member, bob: Member, appointment: str) -> None:
    spends(alice, appointment)

    assert alice.acquires(appointment).status == 429
    assert bob.acquires(appointment).status == 200


def test_the_next_window_begins_anew(alice: Member, appointment: str) -> None:
    spends(alice, appointment, ago=lock_attempt_limit().window)

    assert alice.acquires(appointment).status == 200


def test_who_is_at_work_goes_on_whatever_the_limit(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    assert [alice.acquires(appointment).status for _ in range(11)][-1] == 429

    assert alice.renews(appointment).status == 200
    assert alice.saves(appointment, 1, title="x").status == 200
    assert alice.releases(appointment).status == 200


def test_who_is_known_to_be_over_the_limit_costs_no_call(alice: Member, appointment: str) -> None:
    spends(alice, appointment)

    with calls_of("acquire, over the limit") as first:
        assert alice.acquires(appointment).status == 429
    with calls_of("acquire, over it again, warm") as again:
        assert alice.acquires(appointment).status == 429

    assert (first, again) == ([RATE_LIMIT], [])


def test_a_page_on_another_origin_may_read_how_long_to_wait(alice: Member, appointment: str) -> None:
    spends(alice, appointment)
    headers = {"Authorization": f"Bearer {alice.token}", "Origin": "https://front.example"}

    refused = send(
        "POST", f"/appointments/{appointment}/acquire-lock", {"sessionId": alice.session_id}, headers=headers
    )

    exposed = refused.headers["access-control-expose-headers"].split(", ")
    assert {"Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(exposed)


def test_the_stream_tells_of_every_attempt_that_was_let_through(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    bob.acquires(appointment)
    for _ in range(11):
        alice.acquires(appointment)

    changes = [StreamRecord.parse(record) for record in stream.records()]
    # Moto writes two records for an item that an update makes, the first with its key alone; DynamoDB writes one.
    counted = [
        (one.key, one.new) for one in changes if one.key.sort == LOCK_ATTEMPTS and one.new and "count" in one.new
    ]
    attempts = [parse_attempt(key, image) for key, image in counted if isinstance(key, RateLimitKey)]
    assert [attempt.member_name for attempt in attempts] == ["Bob"] + ["Alice"] * 10
    last = attempts[-1]
    assert (last.tenant_id, last.member_id, last.member_email) == (alice.tenant_id, alice.user_id, alice.email)
    assert last.subject_id == appointment
    assert abs(last.at - utc_now()) < ENOUGH
    assert int(counted[-1][1]["ttl"]["N"]) > utc_now().timestamp()


def test_an_address_that_cannot_be_an_appointments_is_not_counted(alice: Member) -> None:
    with calls_of("acquire, not an id") as calls:
        assert alice.acquires("a b").status == 404

    assert calls == []
