"""Pointers of the other viewers of an appointment."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.clock import Clock, utc_now
from chalicelib.locking.model import Position
from chalicelib.realtime.management_api.delivery import DeliveryFailure
from chalicelib.realtime.service.pointers import point_over_http
from chalicelib.realtime.websocket import router
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.management_api import MANAGEMENT_API
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.socket import Socket
from tests.fake_management_api.server import accept_all
from tests.feature.realtime.recorder import Recorder

MIDDLE = {"x": 0.5, "y": 0.25}


def moved(appointment: str, position: object = MIDDLE) -> dict[str, object]:
    return {"action": "cursor-position", "appointmentId": appointment, "position": position}


def pointers(socket: Socket) -> list[dict[str, Any]]:
    return [frame for frame in socket.frames if frame["type"] == "cursor-update"]


def test_pointer_reaches_others_but_not_its_own_tab(alice: Member, bob: Member, appointment: str) -> None:
    viewer, again = bob.connects(), alice.in_another_tab().connects()
    sender, same_tab = alice.connects(), alice.connects()
    for socket in (viewer, again, sender, same_tab):
        socket.subscribes(appointment)

    sender.sends(moved(appointment))

    (frame,) = pointers(viewer)
    assert frame["appointmentId"] == appointment
    assert (frame["userId"], frame["userInfo"]["name"]) == (alice.member_id, "Alice")
    assert frame["position"] == MIDDLE
    assert frame["color"].startswith("#")
    assert len(frame["color"]) == 7
    assert pointers(again) == [frame]
    assert pointers(sender) == pointers(same_tab) == []


def test_unreachable_viewer_is_no_error_for_sender(alice: Member, bob: Member, appointment: str) -> None:
    viewer, sender = bob.connects(), alice.connects()
    viewer.subscribes(appointment)
    MANAGEMENT_API.behaviour = lambda _, to: 403 if to == viewer.connection_id else 200

    sender.sends(moved(appointment))
    answer = alice.post(f"/appointments/{appointment}/update-position", MIDDLE)

    MANAGEMENT_API.behaviour = accept_all
    assert sender.frames == []
    assert answer.status == 200


class UnreachableForAll(Recorder):
    """Reaches no connection, and records the timeout."""

    given = 0.0

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        self.given = timeout_seconds
        return dict.fromkeys(texts, DeliveryFailure.UNREACHABLE)


def test_pointer_is_tried_for_one_second_only(alice: Member, bob: Member, appointment: str) -> None:
    bob.connects().subscribes(appointment)
    api = UnreachableForAll()

    assert point_over_http(alice.principal, appointment, Position(0.5, 0.25), api)

    assert 0 < api.given <= 1


@pytest.mark.parametrize(
    "position",
    [{"x": 1.01, "y": 0}, {"x": -0.1, "y": 0}, {"x": 0}, {"x": "0", "y": 0}, {"x": 0, "y": 0, "z": 0}, None, []],
)
def test_position_outside_form_is_refused(alice: Member, appointment: str, position: object) -> None:
    socket = alice.connects()

    assert socket.exchanges(moved(appointment, position))["code"] == "VALIDATION"


@pytest.mark.parametrize("edge", [0, 1, 0.0, 1.0])
def test_position_on_the_edge_is_accepted(alice: Member, bob: Member, appointment: str, edge: float) -> None:
    viewer, sender = bob.connects(), alice.connects()
    viewer.subscribes(appointment)

    sender.sends(moved(appointment, {"x": edge, "y": edge}))

    assert pointers(viewer)[0]["position"] == {"x": edge, "y": edge}


def test_pointers_above_rate_limit_are_dropped(alice: Member, bob: Member, appointment: str) -> None:
    viewer, sender = bob.connects(), alice.connects()
    viewer.subscribes(appointment)
    sender.subscribes(appointment)
    api, start = Recorder(), utc_now()
    text = f'{{"action": "cursor-position", "appointmentId": "{appointment}", "position": {{"x": 0, "y": 0}}}}'

    def clock_at(milliseconds: int) -> Clock:
        return lambda: start + timedelta(milliseconds=milliseconds)

    for moment in range(0, 2000, 40):
        router.handle_frame(sender.connection_id, text, api, clock=clock_at(moment))

    frames = api.by_connection[viewer.connection_id]
    assert 20 <= len(frames) <= 23
    assert sender.connection_id not in api.by_connection


def test_pointer_costs_one_query_a_second(alice: Member, bob: Member, appointment: str) -> None:
    viewer, sender = bob.connects(), alice.connects()
    viewer.subscribes(appointment)
    sender.subscribes(appointment)

    with calls_of("pointer, the first of a second") as first:
        sender.sends(moved(appointment))
    with calls_of("pointer, the others") as others:
        sender.sends(moved(appointment))

    assert first == ["Query"]
    assert others == []
    assert len(pointers(viewer)) == 2


def test_pointer_of_another_tenant_is_not_sent(alice: Member, appointment: str) -> None:
    stranger, viewer = Practice("Elsewhere").admin.connects(), alice.connects()
    viewer.subscribes(appointment)

    stranger.sends(moved(appointment))

    assert pointers(viewer) == []


def test_pointer_over_http_reaches_viewers(alice: Member, bob: Member, appointment: str) -> None:
    viewer, own = bob.connects(), alice.connects()
    viewer.subscribes(appointment)
    own.subscribes(appointment)

    answer = alice.post(f"/appointments/{appointment}/update-position", MIDDLE)

    assert (answer.status, answer.body) == (200, {"appointmentId": appointment, "position": MIDDLE})
    (frame,) = pointers(viewer)
    assert (frame["userId"], frame["position"]) == (alice.member_id, MIDDLE)
    assert pointers(own) == []


def test_pointer_over_http_is_rate_limited(alice: Member, appointment: str) -> None:
    ahead = utc_now() + timedelta(minutes=1)
    shown = [
        point_over_http(alice.principal, appointment, Position(0, 0), Recorder(), clock=lambda: ahead)
        for _ in range(5)
    ]

    refused = alice.post(f"/appointments/{appointment}/update-position", MIDDLE)

    assert shown == [True, True, True, False, False]
    assert (refused.status, refused.code) == (429, "RATE_LIMITED")
    assert refused.headers["retry-after"] == "1"


def test_pointer_over_http_is_validated(alice: Member, appointment: str) -> None:
    stranger = Practice("Elsewhere").admin
    path = f"/appointments/{appointment}/update-position"

    assert alice.post(path, {"x": 2, "y": 0}).status == 422
    assert alice.post("/appointments/nowhere/update-position", MIDDLE).status == 404
    assert stranger.post(path, MIDDLE).status == 404
