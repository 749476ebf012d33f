"""Clients that send too much, or open too many connections."""

from datetime import timedelta

from chalicelib.core.clock import utc_now
from chalicelib.locking.model import Tab
from chalicelib.realtime.model import MAX_CONNECTIONS, Connection
from chalicelib.realtime.store import connections
from chalicelib.realtime.websocket import router
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.management_api import MANAGEMENT_API
from tests.app_client.member import Member
from tests.fake_management_api.server import accept_all
from tests.feature.realtime.recorder import Recorder


def test_flood_gets_one_error_frame_and_is_dropped(alice: Member) -> None:
    socket, api, now = alice.connects(), Recorder(), utc_now()

    with calls_of("flood") as calls:
        for _ in range(500):
            router.handle_frame(socket.connection_id, '{"action": "ping"}', api, clock=lambda: now)

    types = [frame["type"] for frame in api.frames]
    assert types == ["pong"] * 60 + ["error"]
    assert (api.frames[-1]["code"], calls) == ("RATE_LIMITED", ["GetItem"])


def test_client_is_served_again_after_a_flood(alice: Member) -> None:
    socket, api, now = alice.connects(), Recorder(), utc_now()
    for _ in range(100):
        router.handle_frame(socket.connection_id, "rubbish", api, clock=lambda: now)

    router.handle_frame(socket.connection_id, '{"action": "ping"}', api, clock=lambda: now + timedelta(seconds=1))

    assert api.frames[-1]["type"] == "pong"


def test_flood_of_one_client_affects_no_other(alice: Member, bob: Member) -> None:
    loud, quiet, api, now = alice.connects(), bob.connects(), Recorder(), utc_now()
    for _ in range(100):
        router.handle_frame(loud.connection_id, '{"action": "ping"}', api, clock=lambda: now)

    router.handle_frame(quiet.connection_id, '{"action": "ping"}', api, clock=lambda: now)

    assert [frame["type"] for frame in api.by_connection[quiet.connection_id]] == ["pong"]


def test_surplus_connection_closes_the_oldest(alice: Member, bob: Member) -> None:
    bobs = bob.connects()
    sockets = [alice.in_another_tab().connects() for _ in range(MAX_CONNECTIONS)]

    newest = alice.in_another_tab().connects()

    left = set(connections.connection_ids_of(alice.tenant_id, alice.member_id))
    assert left == {socket.connection_id for socket in [*sockets[1:], newest]}
    assert connections.find_connection(sockets[0].connection_id) is None
    assert connections.find_connection(bobs.connection_id) is not None


def test_unclosable_old_connections_keep_nobody_out(alice: Member) -> None:
    tab = Tab(alice.principal, alice.tab_id)
    for number in range(MAX_CONNECTIONS):
        connections.put_connection(Connection(f"old-{number}", alice.tenant_id, tab), utc_now())
    MANAGEMENT_API.behaviour = lambda method, _: 403 if method == "DELETE" else 200

    socket = alice.in_another_tab().connects()

    MANAGEMENT_API.behaviour = accept_all
    assert socket.exchanges({"action": "ping"})["type"] == "pong"
