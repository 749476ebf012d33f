"""Frames of followers, from the write to the WebSocket."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.realtime import fanout
from chalicelib.realtime.frames.base import Pong
from chalicelib.realtime.management_api.delivery import DeliveryFailure
from chalicelib.realtime.service import connections, delivery
from chalicelib.realtime.service.delivery import Undelivered
from chalicelib.realtime.store import connections as connections_store
from chalicelib.realtime.store import subscriptions
from chalicelib.realtime.websocket import router
from tests.app_client.in_process import InProcessConnection, connects
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.socket import Socket
from tests.app_client.stream import Stream
from tests.app_client.transport import UpgradeRefused
from tests.feature.locking.test_locks import held_since
from tests.feature.realtime.recorder import Recorder


def test_snapshot_has_lock_presence_and_versions(alice: Member, bob: Member, appointment: str) -> None:
    held = alice.acquires(appointment)["lock"]

    snapshot = bob.connects().subscribes(appointment)

    assert snapshot["type"] == "snapshot"
    assert snapshot["version"] == held["version"]
    assert snapshot["lock"]["userInfo"]["name"] == "Alice"
    assert "lockId" not in snapshot["lock"]
    assert snapshot["appointmentVersion"] == 1
    assert [member["userInfo"]["name"] for member in snapshot["presence"]] == ["Bob"]
    assert snapshot["serverTime"] == snapshot["at"]


def test_snapshot_of_never_locked_appointment_has_version_0(bob: Member, appointment: str) -> None:
    snapshot = bob.connects().subscribes(appointment)

    assert (snapshot["lock"], snapshot["version"]) == (None, 0)


def test_snapshot_of_expired_lock_has_no_lock(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)

    assert bob.connects().subscribes(appointment)["lock"] is None


def test_each_change_reaches_a_follower_in_order(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    socket = bob.connects()
    socket.subscribes(appointment)
    alice.acquires(appointment)
    alice.renews(appointment)
    alice.saves(appointment, 1, title="Knee", notes="Left one")
    alice.releases(appointment)

    assert stream.pump() == []

    _, acquired, renewed, updated, released = socket.frames
    assert (acquired["type"], acquired["cause"]) == ("lock-acquired", "acquired")
    assert acquired["lock"]["userInfo"]["name"] == "Alice"
    assert (renewed["type"], renewed["cause"]) == ("lock-update", "renewed")
    assert (updated["type"], updated["appointmentVersion"]) == ("appointment-updated", 2)
    assert updated["updatedBy"] == {"userId": alice.member_id, "name": "Alice"}
    assert updated["changed"] == ["title", "notes"]
    assert (released["type"], released["cause"], released["lock"]) == ("lock-released", "released", None)
    assert acquired["version"] < renewed["version"] < released["version"]


def test_changes_in_snapshot_are_not_sent_again(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="Knee")
    alice.releases(appointment)
    socket = bob.connects()
    snapshot = socket.subscribes(appointment)

    stream.pump()
    assert socket.frames == [snapshot]

    alice.acquires(appointment)
    stream.pump()
    assert [frame["type"] for frame in socket.updates] == ["lock-acquired"]


@pytest.mark.parametrize("moment", range(1, 9))
def test_change_during_subscribe_is_seen_once_and_in_order(
    alice: Member, bob: Member, appointment: str, stream: Stream, moment: int
) -> None:
    socket, api, calls = bob.connects(), Recorder(), count(1)
    stream.pump()

    def clock() -> datetime:
        if next(calls) == moment:
            alice.acquires(appointment)
            stream.deliver(stream.locks())
        return utc_now()

    text = json.dumps({"action": "subscribe", "appointmentId": appointment})
    router.handle_frame(socket.connection_id, text, api, clock=clock)
    (snapshot,) = api.frames
    alice.renews(appointment)
    stream.deliver(stream.locks())

    truth = bob.status(appointment)["version"]
    behind = [frame["version"] for frame in socket.frames if frame["version"] > snapshot["version"]]
    assert sorted(behind) == behind
    assert max([snapshot["version"], *behind]) == truth


def test_lock_id_is_sent_to_holder_alone(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    sockets = {member.name: member.connects() for member in (alice, bob)}
    for socket in sockets.values():
        socket.subscribes(appointment)
    alice.acquires(appointment)
    stream.pump()

    assert sockets["Alice"].frames[-1]["lock"]["lockId"] == alice.lock_id
    assert "lockId" not in sockets["Bob"].frames[-1]["lock"]


def test_other_followers_get_no_frame(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    other = bob.connects()
    other.subscribes(practice.creates_appointment())
    left = bob.connects()
    left.subscribes(appointment)
    left.sends({"action": "unsubscribe", "appointmentId": appointment})
    alice.acquires(appointment)

    stream.pump()

    assert [frame["type"] for frame in other.frames] == ["snapshot"]
    assert [frame["type"] for frame in left.frames] == ["snapshot"]


def test_closed_connection_leaves_no_items(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    socket = bob.connects()
    socket.subscribes(appointment)
    socket.closes()
    alice.acquires(appointment)

    stream.pump()

    assert [frame["type"] for frame in socket.frames] == ["snapshot"]
    assert connections_store.find_connection(socket.connection_id) is None
    assert subscriptions.subscribers_of(keys.AppointmentKey(alice.tenant_id, appointment).partition) == []


def test_redelivered_record_repeats_the_same_frame(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    socket = bob.connects()
    socket.subscribes(appointment)
    alice.acquires(appointment)
    records = stream.records()

    stream.deliver(records)
    stream.deliver(records)

    _, first, second = socket.frames
    assert first == second


def test_poison_record_fails_alone(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    socket = bob.connects()
    socket.subscribes(appointment)
    alice.acquires(appointment)
    *before, good = stream.records()
    poison = {**good, "dynamodb": {**good["dynamodb"], "NewImage": {}, "SequenceNumber": "poison"}}

    failures = stream.deliver([poison, good])

    del before
    assert failures == [{"itemIdentifier": "poison"}]
    assert socket.frames[-1]["type"] == "lock-acquired"


@pytest.mark.parametrize("ticket", [None, "", "made-up", "x" * 5000])
def test_invalid_ticket_refuses_upgrade(ticket: str | None) -> None:
    with pytest.raises(UpgradeRefused):
        connects(ticket)


def test_ticket_opens_one_connection_only(alice: Member) -> None:
    ticket = alice.post("/auth/ws-ticket", {"sessionId": alice.tab_id})["ticket"]
    connects(ticket)

    with pytest.raises(UpgradeRefused):
        connects(ticket)


def test_connection_that_fails_to_open_leaves_no_item(alice: Member) -> None:
    ticket = connections.issue_ticket(alice.principal, alice.tab_id).ticket

    def fail(**_: object) -> None:
        raise ConnectionError

    events = connection.client.meta.events
    events.register("before-call.dynamodb.Query", fail)
    with pytest.raises((ConnectionError, ExceptionGroup)):
        connections.connect("half-open", ticket)
    events.unregister("before-call.dynamodb.Query", fail)

    assert connections_store.find_connection("half-open") is None, (
        "else the locks of the tab would wait for its end"
    )


def test_expired_ticket_refuses_upgrade(alice: Member) -> None:
    ticket = connections.issue_ticket(
        alice.principal, alice.tab_id, clock=lambda: utc_now() - timedelta(seconds=31)
    )

    with pytest.raises(UpgradeRefused):
        connects(ticket.ticket)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", "BAD_REQUEST"),
        ("{", "BAD_REQUEST"),
        ("[]", "BAD_REQUEST"),
        ("[" * 5000, "BAD_REQUEST"),
        ('{"action": 1}', "BAD_REQUEST"),
        ('{"action": "dance"}', "BAD_REQUEST"),
        ('{"action": "subscribe"}', "VALIDATION"),
        ('{"action": "subscribe", "appointmentId": 7}', "VALIDATION"),
        ('{"action": "subscribe", "appointmentId": "a", "x": 1}', "VALIDATION"),
        ('{"action": "subscribe", "appointmentId": "\ud800"}', "VALIDATION"),
        ('{"action": "subscribe", "appointmentId": "no#where"}', "NOT_FOUND"),
        ('{"action": "subscribe", "appointmentId": "nowhere"}', "NOT_FOUND"),
        ('{"action": "ping", "padding": "%s"}' % ("x" * 8192), "PAYLOAD_TOO_LARGE"),
    ],
)
def test_invalid_frame_gets_error_frame_and_keeps_socket(alice: Member, frame: str, code: str) -> None:
    socket = alice.connects()

    error = socket.exchanges(frame)

    assert (error["type"], error["code"]) == ("error", code)
    assert socket.exchanges({"action": "ping"})["type"] == "pong"


def test_error_frame_stays_below_message_limit(alice: Member) -> None:
    socket = alice.connects()

    error = socket.exchanges('{"action": "ping"%s}' % (',"":1' * 1600))

    assert (error["code"], error["errors"][0]["field"]) == ("VALIDATION", "body")
    assert len(json.dumps(error)) < 128 * 1024


def test_appointment_of_another_tenant_cannot_be_followed(alice: Member, appointment: str, stream: Stream) -> None:
    socket = Practice("Elsewhere").admin.connects()

    assert socket.subscribes(appointment)["code"] == "NOT_FOUND"

    alice.acquires(appointment)
    stream.pump()
    assert [frame["type"] for frame in socket.frames] == ["error"]


def test_unknown_connection_is_closed_at_its_first_frame() -> None:
    socket = Socket(InProcessConnection("unknown"))

    socket.sends({"action": "ping"})

    assert socket.frames == []
    assert socket.is_closed, "its client reconnects and is known then"


def test_connection_found_gone_while_opening_is_closed(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)
    opening = alice.connects()

    fanout.publish(
        StreamRecord.parse(stream.locks()[-1]), PartlyFailingApi(opening.connection_id, "nobody", "nobody")
    )

    opening.sends({"action": "subscribe", "appointmentId": appointment})
    assert opening.frames == []
    assert opening.is_closed


class PartlyFailingApi:
    """One connection is gone, one is unresponsive, and one cannot even be closed."""

    def __init__(self, gone: str, unresponsive: str, unclosable: str) -> None:
        self.gone, self.unresponsive, self.unclosable = gone, unresponsive, unclosable
        self.reached: set[str] = set()
        self.closed: set[str] = set()

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        del timeout_seconds
        failures = {
            self.gone: DeliveryFailure.GONE,
            self.unresponsive: DeliveryFailure.UNRESPONSIVE,
            self.unclosable: DeliveryFailure.UNRESPONSIVE,
        }
        self.reached |= set(texts) - set(failures)
        return {connection_id: failures[connection_id] for connection_id in texts if connection_id in failures}

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        self.closed |= set(connection_ids) - {self.unclosable}
        return set(connection_ids) & {self.unclosable}


def test_bad_connections_fail_no_other(alice: Member, bob: Member, appointment: str) -> None:
    sockets = [member.connects() for member in (alice, bob, bob)]
    for socket in sockets:
        socket.subscribes(appointment)
    gone, unresponsive, open_one = (socket.connection_id for socket in sockets)
    api = PartlyFailingApi(gone, unresponsive, "nobody")
    topic = keys.AppointmentKey(alice.tenant_id, appointment).partition

    delivery.send_frame(subscriptions.subscribers_of(topic), Pong(utc_now()), api)

    assert api.reached == {open_one}
    assert api.closed == {unresponsive}, "its client reconnects and gets a snapshot"
    assert {connection.connection_id for connection in subscriptions.subscribers_of(topic)} == {open_one}


def test_connection_neither_reached_nor_closed_is_kept(alice: Member, bob: Member, appointment: str) -> None:
    sockets = [member.connects() for member in (alice, bob)]
    for socket in sockets:
        socket.subscribes(appointment)
    unclosable, open_one = (socket.connection_id for socket in sockets)
    api = PartlyFailingApi("nobody", "nobody", unclosable)
    topic = keys.AppointmentKey(alice.tenant_id, appointment).partition

    with pytest.raises(Undelivered):
        delivery.send_frame(subscriptions.subscribers_of(topic), Pong(utc_now()), api)

    assert api.reached == {open_one}
    assert {connection.connection_id for connection in subscriptions.subscribers_of(topic)} == {
        unclosable,
        open_one,
    }


def test_unreachable_tab_keeps_frame_from_nobody_else(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    loser, watcher = alice.connects(), bob.connects()
    watcher.subscribes(appointment)
    practice.admin.takes_over(appointment)
    api = PartlyFailingApi("nobody", "nobody", loser.connection_id)

    with pytest.raises(Undelivered):
        fanout.publish(StreamRecord.parse(stream.locks()[-1]), api)

    assert api.reached == {watcher.connection_id}


def test_failed_frame_gets_internal_error_frame(alice: Member) -> None:
    socket = alice.connects()
    clock_calls: list[int] = []

    def broken_clock() -> datetime:
        clock_calls.append(1)
        if len(clock_calls) == 1:
            raise RuntimeError
        return utc_now()

    api = Recorder()
    router.handle_frame(socket.connection_id, '{"action": "ping"}', api, clock=broken_clock)

    (error,) = api.frames
    assert (error["type"], error["code"], error["action"]) == ("error", "INTERNAL", "ping")
