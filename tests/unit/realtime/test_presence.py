"""Who is there: what a watcher is told adds up to what the rows say."""

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


def test_a_member_does_what_they_do_in_the_busiest_of_their_tabs() -> None:
    rows = [row("alice", "one", "idle"), row("alice", "two", "editing"), row("alice", "three"), row("bob")]

    assert states(rows) == {"alice": "editing", "bob": "viewing"}


def test_a_visitor_is_nobody_who_could_be_present() -> None:
    assert states([Subscriber("visitor", "t1", None)]) == {}


def test_others_are_told_who_comes_and_the_own_tab_is_not() -> None:
    alice, bob = row("alice"), row("bob", state="editing")
    same_tab = Subscriber("bob-again", "t1", tab("bob"))

    told_of = presence_change(TOPIC, [alice, bob, same_tab], None, bob, NOON)

    assert told_of is not None
    listeners, frame = told_of
    assert [one.connection_id for one in listeners] == ["alice-tab"]
    assert (frame.user_id, frame.state, frame.at) == ("bob", "editing", NOON)


def test_a_second_tab_that_changes_nothing_is_no_news() -> None:
    first, second = row("bob", "one", "editing"), row("bob", "two")

    assert presence_change(TOPIC, [row("alice"), first, second], None, second, NOON) is None
    assert presence_change(TOPIC, [row("alice"), first], second, None, NOON) is None


def test_a_repeat_is_told_again_because_it_says_that_somebody_lives() -> None:
    first = with_state(row("bob"), "viewing", NOON)
    again = with_state(first, "viewing", NOON + SECOND)

    assert presence_change(TOPIC, [row("alice"), first], row("bob"), first, NOON) is None
    assert presence_change(TOPIC, [row("alice"), again], first, again, NOON) is not None


def test_who_repeated_themself_and_fell_silent_is_there_no_more() -> None:
    once = with_state(row("bob"), "viewing", NOON)
    again = with_state(once, "viewing", NOON)
    later = NOON + PRESENCE_TIMEOUT + SECOND

    assert states([again], NOON + PRESENCE_TIMEOUT) == {"bob": "viewing"}
    assert states([again], later) == {}
    assert states([once], later) == {"bob": "viewing"}, "a client that never repeats is not judged by the clock"


def test_in_a_crowd_nobody_is_told_of_each() -> None:
    crowd = [row(f"member-{number}") for number in range(MAX_PRESENCE_AUDIENCE + 1)]

    assert presence_change(TOPIC, [*crowd, row("bob")], None, row("bob"), NOON) is None
    assert presence_change(TOPIC, [*crowd[1:], row("bob")], None, row("bob"), NOON) is not None


def test_of_thousands_a_snapshot_tells_as_many_as_api_gateway_lets_pass() -> None:
    crowd = [row(f"member-{number:04}", state="idle" if number < 9_999 else "editing") for number in range(10_000)]

    shown = present_members(crowd, NOON)

    assert len(json.dumps(to_json(shown))) < 128 * 1024
    assert len(shown) > 500
    assert shown[-1].state == "editing", "who does most is told of first"


step = st.tuples(
    st.sampled_from(["alice", "bob"]),
    st.sampled_from(["one", "two"]),
    st.sampled_from(["comes", "goes", *STATES]),
)


@given(st.lists(step, max_size=60))
def test_who_adds_up_the_news_knows_who_is_there(steps: list[tuple[str, str, str]]) -> None:
    watcher = row("watcher")
    rows: dict[str, Subscriber] = {}
    known: dict[str, str] = {}
    for number, (user_id, session_id, act) in enumerate(steps):
        now = NOON + number * timedelta(milliseconds=10)
        key = f"{user_id}-{session_id}"
        before = rows.get(key)
        if act == "comes":
            after: Subscriber | None = row(user_id, session_id)
        elif act == "goes" or before is None:
            after = None
        else:
            after = with_state(before, next(state for state in STATES if state == act), now)
        rows.pop(key, None)
        if after is not None:
            rows[key] = after
        news = presence_change(TOPIC, [watcher, *rows.values()], before, after, now)
        if news is not None:
            assert watcher in news[0]
            known[news[1].user_id] = news[1].state
            if news[1].state == "left":
                del known[news[1].user_id]

    assert known == states(list(rows.values()))
