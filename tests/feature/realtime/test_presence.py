"""Presence of the viewers of an appointment."""

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
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.socket import Socket
from tests.feature.realtime.recorder import Recorder


def updates_of(socket: Socket) -> list[tuple[str, str]]:
    """Return the names and states in the updates of a socket."""
    frames = (frame for frame in socket.frames if frame["type"] == "presence-update")
    return [(frame["userInfo"]["name"], frame["state"]) for frame in frames]


def members_in(snapshot: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["userInfo"]["name"], one["state"]) for one in snapshot["presence"]]


def sets_state(socket: Socket, appointment: str, state: str) -> None:
    socket.sends({"action": "presence", "appointmentId": appointment, "state": state})


def test_viewers_see_member_join_change_state_and_leave(alice: Member, bob: Member, appointment: str) -> None:
    viewer = alice.connects()
    viewer.subscribes(appointment)
    first, second = bob.connects(), bob.connects()

    first.subscribes(appointment)
    sets_state(first, appointment, "editing")
    sets_state(first, appointment, "idle")
    first.sends({"action": "unsubscribe", "appointmentId": appointment})
    second.subscribes(appointment)
    second.closes()

    assert updates_of(viewer) == [
        ("Bob", "viewing"),
        ("Bob", "editing"),
        ("Bob", "idle"),
        ("Bob", "left"),
        ("Bob", "viewing"),
        ("Bob", "left"),
    ]
    assert updates_of(first) == [], "a tab gets no update about itself"


def test_snapshot_has_presence_of_other_members(alice: Member, bob: Member, appointment: str) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)
    sets_state(socket, appointment, "editing")

    snapshot = bob.connects().subscribes(appointment)

    assert members_in(snapshot) == [("Alice", "editing"), ("Bob", "viewing")]


def test_tabs_of_a_member_are_one_presence(alice: Member, bob: Member, appointment: str) -> None:
    viewer = alice.connects()
    viewer.subscribes(appointment)
    tabs = [bob.connects(), bob.in_another_tab().connects()]
    for socket in tabs:
        socket.subscribes(appointment)
    sets_state(tabs[0], appointment, "editing")
    sets_state(tabs[1], appointment, "idle")

    tabs[1].closes()
    tabs[0].closes()

    assert updates_of(viewer) == [("Bob", "viewing"), ("Bob", "editing"), ("Bob", "left")]


def test_tab_with_second_connection_does_not_leave(alice: Member, bob: Member, appointment: str) -> None:
    viewer = alice.connects()
    viewer.subscribes(appointment)
    old = bob.connects()
    old.subscribes(appointment)
    new = bob.connects()
    new.subscribes(appointment)

    old.closes()

    assert updates_of(viewer) == [("Bob", "viewing")]


def clock_that(act: Callable[[], object], moment: int) -> Clock:
    """Return a clock that runs `act` at its nth reading."""
    readings = count(1)

    def clock() -> datetime:
        if next(readings) == moment:
            act()
        return utc_now()

    return clock


def sends_at(socket: Socket, action: str, appointment: str, clock: Clock) -> None:
    text = f'{{"action": "{action}", "appointmentId": "{appointment}"}}'
    router.handle_frame(socket.connection_id, text, management_api(), clock=clock)


@pytest.mark.parametrize("moment", [4, 5])
def test_two_tabs_joining_at_once_are_announced(alice: Member, bob: Member, appointment: str, moment: int) -> None:
    viewer = alice.connects()
    viewer.subscribes(appointment)
    first, second = bob.connects(), bob.in_another_tab().connects()

    sends_at(first, "subscribe", appointment, clock_that(lambda: second.subscribes(appointment), moment))

    assert set(updates_of(viewer)) == {("Bob", "viewing")}


@pytest.mark.parametrize("moment", [2, 3])
def test_tab_joining_while_another_leaves_counts_last(
    alice: Member, bob: Member, appointment: str, moment: int
) -> None:
    viewer = alice.connects()
    viewer.subscribes(appointment)
    old, new = bob.connects(), bob.in_another_tab().connects()
    old.subscribes(appointment)

    sends_at(old, "unsubscribe", appointment, clock_that(lambda: new.subscribes(appointment), moment))

    updates = [frame for frame in viewer.frames if frame["type"] == "presence-update"]
    assert max(updates, key=lambda frame: str(frame["at"]))["state"] == "viewing"


def test_unsubscribe_during_subscribe_wins(alice: Member, bob: Member, appointment: str) -> None:
    socket = bob.connects()

    def goes() -> None:
        alice.acquires(appointment)
        socket.sends({"action": "unsubscribe", "appointmentId": appointment})

    sends_at(socket, "subscribe", appointment, clock_that(goes, 5))

    assert subscriptions.subscribers_of(keys.AppointmentKey(alice.tenant_id, appointment).partition) == []


def test_state_set_during_subscribe_is_kept(alice: Member, bob: Member, appointment: str) -> None:
    socket = bob.connects()

    def edits() -> None:
        alice.acquires(appointment)
        sets_state(socket, appointment, "editing")

    sends_at(socket, "subscribe", appointment, clock_that(edits, 5))

    assert members_in(alice.connects().subscribes(appointment)) == [("Alice", "viewing"), ("Bob", "editing")]


def test_presence_without_subscription_is_refused(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    viewer = alice.connects()
    viewer.subscribes(appointment)
    elsewhere = bob.connects()
    elsewhere.subscribes(practice.creates_appointment())

    sets_state(elsewhere, appointment, "editing")

    assert updates_of(viewer) == []
    assert (elsewhere.frames[-1]["code"], elsewhere.frames[-1]["action"]) == ("NOT_FOUND", "presence")


@pytest.mark.parametrize("state", ["left", "dancing", "", None, 1])
def test_unknown_presence_state_is_refused(alice: Member, appointment: str, state: object) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)

    error = socket.exchanges({"action": "presence", "appointmentId": appointment, "state": state})

    assert (error["type"], error["code"]) == ("error", "VALIDATION")
    assert error["errors"][0]["field"] == "state"


def test_stopped_heartbeat_leaves_the_snapshot(alice: Member, bob: Member, appointment: str) -> None:
    quiet = bob.connects()
    quiet.subscribes(appointment)
    clock = lambda: utc_now() - timedelta(seconds=26)  # noqa: E731 - a clock
    text = f'{{"action": "presence", "appointmentId": "{appointment}", "state": "viewing"}}'
    for _ in range(2):
        router.handle_frame(quiet.connection_id, text, Recorder(), clock=clock)

    socket = alice.connects()
    assert members_in(socket.subscribes(appointment)) == [("Alice", "viewing")]
    sets_state(quiet, appointment, "viewing")
    assert updates_of(socket) == [("Bob", "viewing")], "a new heartbeat brings the member back"


class TimeoutRecorder(Recorder):
    """Records the timeout of each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.timeouts: list[float] = []

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        self.timeouts.append(timeout_seconds)
        return super().send(texts, timeout_seconds)


def test_leave_notifications_share_one_deadline(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    viewer, *leaving = [member.connects() for member in (alice, bob, practice.admin)]
    for socket in (viewer, *leaving):
        socket.subscribes(appointment)
    api = TimeoutRecorder()

    delivery.forget_connections([socket.connection_id for socket in leaving], api)

    first, second = api.timeouts
    assert 5.0 >= first > second


def test_another_tenant_sees_no_presence(alice: Member, bob: Member, appointment: str) -> None:
    stranger = Practice("Elsewhere").admin.connects()
    stranger.sends({"action": "subscribe", "appointmentId": appointment})
    alice.connects().subscribes(appointment)
    sets_state(stranger, appointment, "editing")
    bob.connects().subscribes(appointment)

    assert {frame["type"] for frame in stranger.frames} == {"error"}


def test_presence_costs_one_write_and_one_query(alice: Member, bob: Member, appointment: str) -> None:
    bob.connects().subscribes(appointment)
    socket = alice.connects()
    socket.subscribes(appointment)

    with calls_of("presence") as calls:
        sets_state(socket, appointment, "editing")

    assert calls == ["UpdateItem", "Query"]
