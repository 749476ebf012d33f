"""A client cannot choose the function that serves its frames."""

import json

import pytest

import app
from tests.app_client.in_process import websocket_event
from tests.app_client.member import Member
from tests.app_client.stream import Stream


@pytest.mark.parametrize("action", ["$connect", "$disconnect", "$default"])
def test_route_name_as_action_gets_an_error_frame(alice: Member, action: str) -> None:
    socket = alice.connects()

    error = socket.exchanges({"action": action})

    assert (error["type"], error["code"], error["action"]) == ("error", "BAD_REQUEST", action)
    assert socket.exchanges({"action": "ping"})["type"] == "pong"


@pytest.mark.parametrize("action", ["$connect", "$disconnect"])
def test_misrouted_frame_gets_the_same_error_frame(
    alice: Member, bob: Member, appointment: str, stream: Stream, action: str
) -> None:
    """Routed as by the expression `$request.body.action`."""
    socket = alice.connects()
    socket.subscribes(appointment)
    function = {"$connect": app.websocket_connect, "$disconnect": app.websocket_disconnect}[action]

    function(websocket_event(socket.connection_id, "MESSAGE", json.dumps({"action": action})), None)

    error = socket.frames[-1]
    assert (error["type"], error["code"], error["action"]) == ("error", "BAD_REQUEST", action)
    bob.acquires(appointment)
    stream.pump()
    assert socket.frames[-1]["type"] == "lock-acquired", "it is still connected and subscribed"


def test_disconnect_event_is_no_frame(alice: Member) -> None:
    socket = alice.connects()

    app.websocket_message(websocket_event(socket.connection_id, "DISCONNECT"), None)

    assert socket.frames == []
