"""The rate limit of lock attempts over HTTP."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb.keys import LOCK_ATTEMPTS, RateLimitKey
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.core.security.rate_limit import consume, parse_attempt
from chalicelib.locking.api.leases import lock_attempt_limit
from tests.app_client.dynamodb_calls import RATE_LIMIT, calls_of
from tests.app_client.member import Member
from tests.app_client.practice import Practice, send
from tests.app_client.stream import Stream

# Longer than a test takes on a busy machine.
ENOUGH = timedelta(seconds=20)


@pytest.fixture
def alice(practice: Practice) -> Member:
    """Return a member whose current window outlasts the test."""
    return next(member for member in _staff(practice) if _left(member) > ENOUGH)


def _staff(practice: Practice) -> Iterator[Member]:
    while True:
        yield practice.adds_member("Alice")


def _left(member: Member) -> timedelta:
    now = utc_now()
    return lock_attempt_limit().window_of(member.member_id, now).ends_at - now


def spends(member: Member, appointment: str, *, ago: timedelta = timedelta(0)) -> None:
    """Use up the member's window of that long ago."""
    for _ in range(lock_attempt_limit().limit):
        consume(lock_attempt_limit(), member.principal, appointment, clock=lambda: utc_now() - ago)


def test_eleventh_attempt_is_refused_with_wait_time(alice: Member, appointment: str) -> None:
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


def test_refused_acquires_count_as_attempts(alice: Member, bob: Member, appointment: str) -> None:
    bob.acquires(appointment)

    assert [alice.acquires(appointment).status for _ in range(11)] == [409] * 10 + [429]


def test_attempts_at_all_appointments_count(alice: Member, practice: Practice, appointment: str) -> None:
    spends(alice, appointment)

    assert alice.acquires(practice.creates_appointment()).code == "RATE_LIMITED"


def test_limit_applies_to_each_member_alone(alice: Member, bob: Member, appointment: str) -> None:
    spends(alice, appointment)

    assert alice.acquires(appointment).status == 429
    assert bob.acquires(appointment).status == 200


def test_next_window_starts_at_zero(alice: Member, appointment: str) -> None:
    spends(alice, appointment, ago=lock_attempt_limit().window)

    assert alice.acquires(appointment).status == 200


def test_limit_does_not_apply_to_renew_save_and_release(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    assert [alice.acquires(appointment).status for _ in range(11)][-1] == 429

    assert alice.renews(appointment).status == 200
    assert alice.saves(appointment, 1, title="x").status == 200
    assert alice.releases(appointment).status == 200


def test_known_exhausted_window_costs_no_call(alice: Member, appointment: str) -> None:
    spends(alice, appointment)

    with calls_of("acquire, over the limit") as first:
        assert alice.acquires(appointment).status == 429
    with calls_of("acquire, over it again, warm") as again:
        assert alice.acquires(appointment).status == 429

    assert (first, again) == ([RATE_LIMIT], [])


def test_wait_time_is_readable_across_origins(alice: Member, appointment: str) -> None:
    spends(alice, appointment)
    headers = {"Authorization": f"Bearer {alice.token}", "Origin": "https://front.example"}

    refused = send(
        "POST", f"/appointments/{appointment}/acquire-lock", {"sessionId": alice.tab_id}, headers=headers
    )

    exposed = refused.headers["access-control-expose-headers"].split(", ")
    assert {"Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(exposed)


def test_stream_contains_every_counted_attempt(
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
    assert (last.tenant_id, last.member_id, last.member_email) == (alice.tenant_id, alice.member_id, alice.email)
    assert last.subject_id == appointment
    assert abs(last.at - utc_now()) < ENOUGH
    assert int(counted[-1][1]["ttl"]["N"]) > utc_now().timestamp()


def test_malformed_appointment_id_is_not_counted(alice: Member) -> None:
    with calls_of("acquire, not an id") as calls:
        assert alice.acquires("a b").status == 404

    assert calls == []
