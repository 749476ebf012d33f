"""Who is here, and what they do."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.realtime.management_api.client import management_api
from chalicelib.realtime.management_api.delivery import DeliveryFailure
from chalicelib.realtime.service import delivery
from chalicelib.realtime.store import subscriptions
from chalicelib.realtime.websocket import router
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.practice import Member, Practice
from tests.app_client.socket import Socket
from tests.feature.realtime.recorder import Recorder


def seen(socket: Socket) -> list[tuple[str, str]]:
    """Who did what, as the socket was told."""
    frames = (frame for frame in socket.frames if frame["type"] == "presence-update")
    return [(frame["userInfo"]["name"], frame["state"]) for frame in frames]


def people(snapshot: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["userInfo"]["name"], one["state"]) for one in snapshot["presence"]]


def does(socket: Socket, appointment: str, state: str) -> None:
    socket.sends({"action": "presence", "appointmentId": appointment, "state": state})


def test_who_comes_and_goes_is_told_to_those_who_are_there(alice: Member, bob: Member, appointment: str) -> None:
    watching = alice.connects()
    watching.subscribes(appointment)
    first, second = bob.connects(), bob.connects()

    first.subscribes(appointment)
    does(first, appointment, "editing")
    does(first, appointment, "idle")
    first.sends({"action": "unsubscribe", "appointmentId": appointment})
    second.subscribes(appointment)
    second.closes()

    assert seen(watching) == [
        ("Bob", "viewing"),
        ("Bob", "editing"),
        ("Bob", "idle"),
        ("Bob", "left"),
        ("Bob", "viewing"),
        ("Bob", "left"),
    ]
    assert seen(first) == [], "nobody is told of themself"


def test_a_late_comer_sees_who_is_there_and_what_they_do(alice: Member, bob: Member, appointment: str) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)
    does(socket, appointment, "editing")

    snapshot = bob.connects().subscribes(appointment)

    assert people(snapshot) == [("Alice", "editing"), ("Bob", "viewing")]


def test_the_tabs_of_a_member_are_one_presence(alice: Member, bob: Member, appointment: str) -> None:
    watching = alice.connects()
    watching.subscribes(appointment)
    tabs = [bob.connects(), bob.in_another_tab().connects()]
    for socket in tabs:
        socket.subscribes(appointment)
    does(tabs[0], appointment, "editing")
    does(tabs[1], appointment, "idle")

    tabs[1].closes()
    tabs[0].closes()

    assert seen(watching) == [("Bob", "viewing"), ("Bob", "editing"), ("Bob", "left")]


def test_a_tab_that_comes_back_on_a_second_connection_never_leaves(
    alice: Member, bob: Member, appointment: str
) -> None:
    watching = alice.connects()
    watching.subscribes(appointment)
    old = bob.connects()
    old.subscribes(appointment)
    new = bob.connects()
    new.subscribes(appointment)

    old.closes()

    assert seen(watching) == [("Bob", "viewing")]


def during(act: Callable[[], object], moment: int) -> Clock:
    """A clock that lets something else happen when it is looked at for that time."""
    looks = count(1)

    def clock() -> datetime:
        if next(looks) == moment:
            act()
        return utc_now()

    return clock


def sends(socket: Socket, action: str, appointment: str, clock: Clock) -> None:
    text = f'{{"action": "{action}", "appointmentId": "{appointment}"}}'
    router.handle_frame(socket.connection_id, text, management_api(), clock=clock)


@pytest.mark.parametrize("moment", [4, 5])
def test_of_two_tabs_that_come_in_one_moment_one_is_told(
    alice: Member, bob: Member, appointment: str, moment: int
) -> None:
    watching = alice.connects()
    watching.subscribes(appointment)
    first, second = bob.connects(), bob.in_another_tab().connects()

    sends(first, "subscribe", appointment, during(lambda: second.subscribes(appointment), moment))

    assert set(seen(watching)) == {("Bob", "viewing")}


@pytest.mark.parametrize("moment", [2, 3])
def test_of_one_tab_that_goes_while_another_comes_it_is_the_last_that_counts(
    alice: Member, bob: Member, appointment: str, moment: int
) -> None:
    watching = alice.connects()
    watching.subscribes(appointment)
    old, new = bob.connects(), bob.in_another_tab().connects()
    old.subscribes(appointment)

    sends(old, "unsubscribe", appointment, during(lambda: new.subscribes(appointment), moment))

    told = [frame for frame in watching.frames if frame["type"] == "presence-update"]
    assert max(told, key=lambda frame: str(frame["at"]))["state"] == "viewing"


def test_who_goes_while_their_subscription_is_made_stays_away(
    alice: Member, bob: Member, appointment: str
) -> None:
    socket = bob.connects()

    def goes() -> None:
        alice.acquires(appointment)
        socket.sends({"action": "unsubscribe", "appointmentId": appointment})

    sends(socket, "subscribe", appointment, during(goes, 5))

    assert subscriptions.subscribers_of(keys.AppointmentKey(alice.tenant_id, appointment).partition) == []


def test_what_one_does_while_their_subscription_is_made_is_kept(
    alice: Member, bob: Member, appointment: str
) -> None:
    socket = bob.connects()

    def edits() -> None:
        alice.acquires(appointment)
        does(socket, appointment, "editing")

    sends(socket, "subscribe", appointment, during(edits, 5))

    assert people(alice.connects().subscribes(appointment)) == [("Alice", "viewing"), ("Bob", "editing")]


def test_presence_is_of_the_one_appointment_that_one_follows(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    watching = alice.connects()
    watching.subscribes(appointment)
    elsewhere = bob.connects()
    elsewhere.subscribes(practice.creates_appointment())

    does(elsewhere, appointment, "editing")

    assert seen(watching) == []
    assert (elsewhere.frames[-1]["code"], elsewhere.frames[-1]["action"]) == ("NOT_FOUND", "presence")


@pytest.mark.parametrize("state", ["left", "dancing", "", None, 1])
def test_there_are_three_things_that_one_can_do(alice: Member, appointment: str, state: object) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)

    error = socket.exchanges({"action": "presence", "appointmentId": appointment, "state": state})

    assert (error["type"], error["code"]) == ("error", "VALIDATION")
    assert error["errors"][0]["field"] == "state"


def test_who_repeats_themself_and_falls_silent_is_not_shown_to_late_comers(
    alice: Member, bob: Member, appointment: str
) -> None:
    quiet = bob.connects()
    quiet.subscribes(appointment)
    clock = lambda: utc_now() - timedelta(seconds=26)  # noqa: E731 - a clock
    text = f'{{"action": "presence", "appointmentId": "{appointment}", "state": "viewing"}}'
    for _ in range(2):
        router.handle_frame(quiet.connection_id, text, Recorder(), clock=clock)

    socket = alice.connects()
    assert people(socket.subscribes(appointment)) == [("Alice", "viewing")]
    does(quiet, appointment, "viewing")
    assert seen(socket) == [("Bob", "viewing")], "who speaks again is there again"


class Slow(Recorder):
    """Takes its time, and notes how much it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[float] = []

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        self.given.append(timeout_seconds)
        return super().send(texts, timeout_seconds)


def test_all_farewells_of_a_moment_share_one_time(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    watching, *leaving = [member.connects() for member in (alice, bob, practice.admin)]
    for socket in (watching, *leaving):
        socket.subscribes(appointment)
    api = Slow()

    delivery.forget_connections([socket.connection_id for socket in leaving], api)

    first, second = api.given
    assert 5.0 >= first > second


def test_another_practice_hears_nothing(alice: Member, bob: Member, appointment: str) -> None:
    stranger = Practice("Elsewhere").admin.connects()
    stranger.sends({"action": "subscribe", "appointmentId": appointment})
    alice.connects().subscribes(appointment)
    does(stranger, appointment, "editing")
    bob.connects().subscribes(appointment)

    assert {frame["type"] for frame in stranger.frames} == {"error"}


def test_saying_what_one_does_is_one_write_and_one_query(alice: Member, bob: Member, appointment: str) -> None:
    bob.connects().subscribes(appointment)
    socket = alice.connects()
    socket.subscribes(appointment)

    with calls_of("presence") as calls:
        does(socket, appointment, "editing")

    assert calls == ["UpdateItem", "Query"]
