"""Presence: the updates add up to the stored states."""

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.http.schema import to_json
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Tab
from chalicelib.realtime.model import PRESENCE_TIMEOUT, PresenceState, Subscriber
from chalicelib.realtime.service.presence import (
    MAX_PRESENCE_AUDIENCE,
    presence_change,
    present_members,
    with_state,
)

TOPIC = "TENANT#t1#APPOINTMENT#a1"
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STATES: tuple[PresenceState, ...] = get_args(PresenceState)


def tab(user_id: str, session_id: str = "tab") -> Tab:
    return Tab(Principal("t1", user_id, f"{user_id}@practice.test", user_id.title(), "staff"), session_id)


def row(user_id: str, session_id: str = "tab", state: PresenceState = "viewing") -> Subscriber:
    return Subscriber(f"{user_id}-{session_id}", "t1", tab(user_id, session_id), state)


def states(rows: list[Subscriber], now: datetime = NOON) -> dict[str, str]:
    return {one.user_id: one.state for one in present_members(rows, now)}


def test_member_has_the_state_of_the_busiest_tab() -> None:
    rows = [row("alice", "one", "idle"), row("alice", "two", "editing"), row("alice", "three"), row("bob")]

    assert states(rows) == {"alice": "editing", "bob": "viewing"}


def test_visitor_is_not_present() -> None:
    assert states([Subscriber("visitor", "t1", None)]) == {}


def test_join_is_announced_to_others_but_not_own_tab() -> None:
    alice, bob = row("alice"), row("bob", state="editing")
    same_tab = Subscriber("bob-again", "t1", tab("bob"))

    delivery = presence_change(TOPIC, [alice, bob, same_tab], None, bob, NOON)

    assert delivery is not None
    viewers, frame = delivery
    assert [one.connection_id for one in viewers] == ["alice-tab"]
    assert (frame.user_id, frame.state, frame.at) == ("bob", "editing", NOON)


def test_second_tab_without_change_is_not_announced() -> None:
    first, second = row("bob", "one", "editing"), row("bob", "two")

    assert presence_change(TOPIC, [row("alice"), first, second], None, second, NOON) is None
    assert presence_change(TOPIC, [row("alice"), first], second, None, NOON) is None


def test_heartbeat_is_announced_again() -> None:
    first = with_state(row("bob"), "viewing", NOON)
    again = with_state(first, "viewing", NOON + SECOND)

    assert presence_change(TOPIC, [row("alice"), first], row("bob"), first, NOON) is None
    assert presence_change(TOPIC, [row("alice"), again], first, again, NOON) is not None


def test_stopped_heartbeat_times_out() -> None:
    once = with_state(row("bob"), "viewing", NOON)
    again = with_state(once, "viewing", NOON)
    later = NOON + PRESENCE_TIMEOUT + SECOND

    assert states([again], NOON + PRESENCE_TIMEOUT) == {"bob": "viewing"}
    assert states([again], later) == {}
    assert states([once], later) == {"bob": "viewing"}, "a client that never repeats is not judged by the clock"


def test_large_audience_gets_no_presence_updates() -> None:
    audience = [row(f"member-{number}") for number in range(MAX_PRESENCE_AUDIENCE + 1)]

    assert presence_change(TOPIC, [*audience, row("bob")], None, row("bob"), NOON) is None
    assert presence_change(TOPIC, [*audience[1:], row("bob")], None, row("bob"), NOON) is not None


def test_snapshot_of_thousands_stays_below_message_limit() -> None:
    audience = [
        row(f"member-{number:04}", state="idle" if number < 9_999 else "editing") for number in range(10_000)
    ]

    shown = present_members(audience, NOON)

    assert len(json.dumps(to_json(shown))) < 128 * 1024
    assert len(shown) > 500
    assert shown[-1].state == "editing", "the busiest members come first"


step = st.tuples(
    st.sampled_from(["alice", "bob"]),
    st.sampled_from(["one", "two"]),
    st.sampled_from(["joins", "leaves", *STATES]),
)


@given(st.lists(step, max_size=60))
def test_updates_add_up_to_the_rows(steps: list[tuple[str, str, str]]) -> None:
    watcher = row("watcher")
    rows: dict[str, Subscriber] = {}
    state_of: dict[str, str] = {}
    for number, (user_id, session_id, change) in enumerate(steps):
        now = NOON + number * timedelta(milliseconds=10)
        key = f"{user_id}-{session_id}"
        before = rows.get(key)
        if change == "joins":
            after: Subscriber | None = row(user_id, session_id)
        elif change == "leaves" or before is None:
            after = None
        else:
            after = with_state(before, next(state for state in STATES if state == change), now)
        rows.pop(key, None)
        if after is not None:
            rows[key] = after
        delivery = presence_change(TOPIC, [watcher, *rows.values()], before, after, now)
        if delivery is not None:
            assert watcher in delivery[0]
            state_of[delivery[1].user_id] = delivery[1].state
            if delivery[1].state == "left":
                del state_of[delivery[1].user_id]

    assert state_of == states(list(rows.values()))
