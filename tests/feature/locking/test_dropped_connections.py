"""A disconnected tab keeps its lease for the grace time, and regains it on reconnect."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.locking.model import Tab
from chalicelib.locking.service import deadlines, leases
from chalicelib.realtime import fanout
from chalicelib.realtime.management_api.delivery import DeliveryFailure
from chalicelib.realtime.model import DISCONNECTED_TTL
from chalicelib.realtime.service.delivery import forget_connections
from chalicelib.realtime.store import connections
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.stream import Stream

pytestmark = pytest.mark.slow


def seconds_left(member: Member, appointment: str) -> float:
    """Return the remaining time of the lease."""
    lock = member.status(appointment)["lock"]
    return (datetime.fromisoformat(lock["expiresAt"]) - datetime.now(UTC)).total_seconds()


def test_disconnect_shortens_lease_to_grace(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    socket = alice.connects()
    alice.acquires(appointment)
    stream.pump()
    watcher = bob.connects()
    watcher.subscribes(appointment)

    socket.closes()
    stream.pump()

    (frame,) = watcher.updates
    assert (frame["type"], frame["cause"]) == ("lock-update", "disconnected")
    dropped_at, ends_at = (datetime.fromisoformat(text) for text in (frame["at"], frame["lock"]["expiresAt"]))
    assert ends_at - dropped_at == timedelta(seconds=15)
    assert alice.status(appointment)["lock"]["expiresAt"] == frame["lock"]["expiresAt"]


def test_reconnect_restores_the_lease(alice: Member, appointment: str) -> None:
    socket = alice.connects()
    before = alice.acquires(appointment)["lock"]["expiresAt"]
    socket.closes()

    alice.connects()

    assert alice.status(appointment)["lock"]["expiresAt"] == before
    assert alice.renews(appointment).status == 200


def test_lease_ends_after_grace_without_reconnect(
    alice: Member, bob: Member, practice: Practice, appointment: str
) -> None:
    socket = alice.connects()
    alice.acquires(appointment)
    socket.closes()

    key = keys.LockKey(practice.tenant.id, appointment)
    deadlines.apply_due_transitions(key, clock=lambda: utc_now() + timedelta(seconds=16))

    assert bob.status(appointment)["state"] == "unlocked"
    alice.connects()
    assert alice.renews(appointment).code == "LOCK_LOST"


def test_renewal_restores_the_lease(alice: Member, appointment: str) -> None:
    socket = alice.connects()
    alice.acquires(appointment)
    socket.closes()

    assert alice.renews(appointment).status == 200
    assert seconds_left(alice, appointment) > 290


def test_disconnect_of_others_changes_nothing(alice: Member, bob: Member, appointment: str) -> None:
    alice.connects()
    before = alice.acquires(appointment)["lock"]
    others = [alice.in_another_tab().connects(), bob.connects()]
    for socket in others:
        socket.subscribes(appointment)

    for socket in others:
        socket.closes()
    alice.in_another_tab().connects()

    after = alice.status(appointment)["lock"]
    assert (after["version"], after["expiresAt"]) == (before["version"], before["expiresAt"])


def test_late_end_of_old_connection_changes_nothing(alice: Member, appointment: str) -> None:
    old = alice.connects()
    before = alice.acquires(appointment)["lock"]["expiresAt"]
    alice.connects()

    old.closes()

    assert alice.status(appointment)["lock"]["expiresAt"] == before


def test_repeated_disconnect_changes_nothing(alice: Member, appointment: str) -> None:
    socket = alice.connects()
    alice.acquires(appointment)
    socket.closes()
    version = alice.status(appointment)["version"]

    socket.closes()

    assert alice.status(appointment)["version"] == version


@pytest.fixture
def lagging_index() -> Iterator[None]:
    """Repeat the index's first response, as an index behind its table does."""
    first_responses: dict[bytes, dict[str, Any]] = {}

    def remember_question(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["question"] = params["body"]

    def answer_as_before(parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        if b"IndexName" in context["question"]:
            parsed |= copy.deepcopy(first_responses.setdefault(context["question"], copy.deepcopy(parsed)))

    events = connection.client.meta.events
    events.register("before-call.dynamodb.Query", remember_question)
    events.register("after-call.dynamodb.Query", answer_as_before)
    yield
    events.unregister("before-call.dynamodb.Query", remember_question)
    events.unregister("after-call.dynamodb.Query", answer_as_before)


@pytest.mark.usefixtures("lagging_index")
def test_stale_index_does_not_keep_the_lease(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    socket = alice.connects()
    assert connections.connections_of(Tab(alice.principal, alice.tab_id))

    socket.closes()

    assert seconds_left(alice, appointment) <= 15


def test_disconnect_keeps_lease_shorter_than_grace(alice: Member, appointment: str) -> None:
    socket = alice.connects()
    clock = lambda: utc_now() - timedelta(seconds=290)  # noqa: E731 - a clock
    lock = leases.acquire(Tab(alice.principal, alice.tab_id), appointment, clock=clock)

    socket.closes()

    assert alice.status(appointment)["version"] == lock.version


class EverybodyIsGone:
    """A management API whose connections are all gone."""

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        del timeout_seconds
        return dict.fromkeys(texts, DeliveryFailure.GONE)

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        raise AssertionError(connection_ids)


def test_gone_connection_counts_as_disconnect(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)
    alice.acquires(appointment)

    for record in stream.locks():
        fanout.publish(StreamRecord.parse(record), EverybodyIsGone())

    assert seconds_left(bob, appointment) <= 15


def test_disconnected_waiter_is_skipped(practice: Practice, alice: Member, bob: Member, appointment: str) -> None:
    carla = practice.adds_member("Carla")
    alice.acquires(appointment)
    waiting = bob.connects()
    waiting.subscribes(appointment)
    bob.requests_control(appointment)
    carla.requests_control(appointment)

    waiting.closes()
    alice.releases(appointment)

    assert carla.acquires(appointment).status == 200


def test_reconnected_waiter_keeps_position(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    carla = practice.adds_member("Carla")
    alice.acquires(appointment)
    waiting = bob.connects()
    waiting.subscribes(appointment)
    bob.requests_control(appointment)
    carla.requests_control(appointment)
    waiting.closes()

    bob.connects().subscribes(appointment)
    alice.releases(appointment)

    assert carla.acquires(appointment)["reserved"] is True
    assert bob.acquires(appointment).status == 200


def test_lock_acquired_after_disconnect_ends_after_grace(alice: Member, appointment: str, stream: Stream) -> None:
    alice.connects().closes()

    alice.acquires(appointment)
    stream.pump()

    assert seconds_left(alice, appointment) <= 15


@pytest.mark.parametrize("returns", [False, True])
def test_lock_granted_to_disconnected_tab_ends_after_grace(
    alice: Member, bob: Member, appointment: str, stream: Stream, *, returns: bool
) -> None:
    alice.acquires(appointment)
    waiting = bob.connects()
    waiting.subscribes(appointment)
    bob.requests_control(appointment)
    forget_connections([waiting.connection_id], EverybodyIsGone(), clock=lambda: utc_now() - 2 * DISCONNECTED_TTL)
    if returns:
        bob.connects()

    alice.grants(appointment)
    stream.pump()

    assert (seconds_left(bob, appointment) <= 15) is not returns


@pytest.mark.parametrize("returns", [False, True])
def test_tab_without_disconnect_keeps_full_lease(
    alice: Member, appointment: str, stream: Stream, *, returns: bool
) -> None:
    if returns:
        alice.connects().closes()
        alice.connects()

    alice.acquires(appointment)
    stream.pump()

    assert seconds_left(alice, appointment) > 290
