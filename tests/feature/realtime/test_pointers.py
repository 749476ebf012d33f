"""Others' pointers over the same form."""

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
from tests.app_client.practice import Member, Practice
from tests.app_client.socket import Socket
from tests.fake_management_api.server import accept_all
from tests.feature.realtime.recorder import Recorder

MIDDLE = {"x": 0.5, "y": 0.25}


def moved(appointment: str, position: object = MIDDLE) -> dict[str, object]:
    return {"action": "cursor-position", "appointmentId": appointment, "position": position}


def pointers(socket: Socket) -> list[dict[str, Any]]:
    return [frame for frame in socket.frames if frame["type"] == "cursor-update"]


def test_a_pointer_is_seen_by_all_others_and_never_by_its_own_tab(
    alice: Member, bob: Member, appointment: str
) -> None:
    watching, again = bob.connects(), alice.in_another_tab().connects()
    pointing, same_tab = alice.connects(), alice.connects()
    for socket in (watching, again, pointing, same_tab):
        socket.subscribes(appointment)

    pointing.sends(moved(appointment))

    (frame,) = pointers(watching)
    assert frame["appointmentId"] == appointment
    assert (frame["userId"], frame["userInfo"]["name"]) == (alice.user_id, "Alice")
    assert frame["position"] == MIDDLE
    assert frame["color"].startswith("#")
    assert len(frame["color"]) == 7
    assert pointers(again) == [frame]
    assert pointers(pointing) == pointers(same_tab) == []


def test_one_who_cannot_be_reached_is_no_fault_of_the_pointer(
    alice: Member, bob: Member, appointment: str
) -> None:
    watching, pointing = bob.connects(), alice.connects()
    watching.subscribes(appointment)
    MANAGEMENT_API.behaviour = lambda _, to: 403 if to == watching.connection_id else 200

    pointing.sends(moved(appointment))
    answer = alice.post(f"/appointments/{appointment}/update-position", MIDDLE)

    MANAGEMENT_API.behaviour = accept_all
    assert pointing.frames == []
    assert answer.status == 200


class Hurried(Recorder):
    """Cannot reach anybody in the time that it is given, and notes how long that was."""

    given = 0.0

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        self.given = timeout_seconds
        return dict.fromkeys(texts, DeliveryFailure.UNREACHABLE)


def test_a_pointer_waits_no_longer_than_a_second_for_the_way(alice: Member, bob: Member, appointment: str) -> None:
    bob.connects().subscribes(appointment)
    api = Hurried()

    assert point_over_http(alice.principal, appointment, Position(0.5, 0.25), api)

    assert 0 < api.given <= 1


@pytest.mark.parametrize(
    "position",
    [{"x": 1.01, "y": 0}, {"x": -0.1, "y": 0}, {"x": 0}, {"x": "0", "y": 0}, {"x": 0, "y": 0, "z": 0}, None, []],
)
def test_a_place_is_on_the_form(alice: Member, appointment: str, position: object) -> None:
    socket = alice.connects()

    assert socket.exchanges(moved(appointment, position))["code"] == "VALIDATION"


@pytest.mark.parametrize("edge", [0, 1, 0.0, 1.0])
def test_the_edges_are_on_the_form_too(alice: Member, bob: Member, appointment: str, edge: float) -> None:
    watching, pointing = bob.connects(), alice.connects()
    watching.subscribes(appointment)

    pointing.sends(moved(appointment, {"x": edge, "y": edge}))

    assert pointers(watching)[0]["position"] == {"x": edge, "y": edge}


def test_what_moves_more_often_than_ten_times_a_second_is_dropped_without_a_word(
    alice: Member, bob: Member, appointment: str
) -> None:
    watching, pointing = bob.connects(), alice.connects()
    watching.subscribes(appointment)
    pointing.subscribes(appointment)
    api, start = Recorder(), utc_now()
    text = f'{{"action": "cursor-position", "appointmentId": "{appointment}", "position": {{"x": 0, "y": 0}}}}'

    def clock_at(milliseconds: int) -> Clock:
        return lambda: start + timedelta(milliseconds=milliseconds)

    for moment in range(0, 2000, 40):
        router.handle_frame(pointing.connection_id, text, api, clock=clock_at(moment))

    told = api.by_connection[watching.connection_id]
    assert 20 <= len(told) <= 23
    assert pointing.connection_id not in api.by_connection


def test_a_pointer_costs_no_write_and_one_query_a_second(alice: Member, bob: Member, appointment: str) -> None:
    watching, pointing = bob.connects(), alice.connects()
    watching.subscribes(appointment)
    pointing.subscribes(appointment)

    with calls_of("pointer, the first of a second") as first:
        pointing.sends(moved(appointment))
    with calls_of("pointer, the others") as others:
        pointing.sends(moved(appointment))

    assert first == ["Query"]
    assert others == []
    assert len(pointers(watching)) == 2


def test_another_practice_sees_and_shows_nothing(alice: Member, appointment: str) -> None:
    stranger, watching = Practice("Elsewhere").admin.connects(), alice.connects()
    watching.subscribes(appointment)

    stranger.sends(moved(appointment))

    assert pointers(watching) == []


def test_a_client_without_a_socket_points_over_http(alice: Member, bob: Member, appointment: str) -> None:
    watching, own = bob.connects(), alice.connects()
    watching.subscribes(appointment)
    own.subscribes(appointment)

    answer = alice.post(f"/appointments/{appointment}/update-position", MIDDLE)

    assert (answer.status, answer.body) == (200, {"appointmentId": appointment, "position": MIDDLE})
    (frame,) = pointers(watching)
    assert (frame["userId"], frame["position"]) == (alice.user_id, MIDDLE)
    assert pointers(own) == []


def test_over_http_too_a_pointer_moves_ten_times_a_second_and_no_more(alice: Member, appointment: str) -> None:
    ahead = utc_now() + timedelta(minutes=1)
    shown = [
        point_over_http(alice.principal, appointment, Position(0, 0), Recorder(), clock=lambda: ahead)
        for _ in range(5)
    ]

    refused = alice.post(f"/appointments/{appointment}/update-position", MIDDLE)

    assert shown == [True, True, True, False, False]
    assert (refused.status, refused.code) == (429, "RATE_LIMITED")
    assert refused.headers["retry-after"] == "1"


def test_over_http_a_place_is_on_the_form_of_an_appointment_of_ones_own(alice: Member, appointment: str) -> None:
    stranger = Practice("Elsewhere").admin
    path = f"/appointments/{appointment}/update-position"

    assert alice.post(path, {"x": 2, "y": 0}).status == 422
    assert alice.post("/appointments/nowhere/update-position", MIDDLE).status == 404
    assert stranger.post(path, MIDDLE).status == 404
