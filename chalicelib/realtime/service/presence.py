"""Who has an appointment open, and what they do with it. It is told on the subscription, and nowhere else."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core.clock import to_ms
from chalicelib.core.http.schema import to_json
from chalicelib.locking.model import Tab
from chalicelib.realtime.frames import Presence, PresenceUpdate
from chalicelib.realtime.model import Connection, PresenceState, Subscriber

# What a member does in several tabs is what they do in the busiest of them.
_ACTIVITY_RANK: dict[PresenceState, int] = {"idle": 0, "viewing": 1, "editing": 2}
# Among so many, one by one is more than anybody wants to know, and a frame of each to each too much to send.
MAX_PRESENCE_AUDIENCE = 100
# API Gateway lets no message of more than 128 KB pass, and a snapshot says more than who is there.
_MAX_BYTES = 96 * 1024

PresenceDelivery = tuple[list[Connection], PresenceUpdate]


def present_members(audience: Iterable[Subscriber], now: datetime) -> list[Presence]:
    """Everyone who has it open, each member once however many tabs they have, in order of their names.

    Of more than a frame can tell, some 500, it is those who do most.
    """
    members: dict[str, tuple[Tab, list[PresenceState]]] = {}
    for one in audience:
        if one.tab is not None and not one.has_timed_out(now):
            members.setdefault(one.tab.member_id, (one.tab, []))[1].append(one.state)
    people = [Presence(tab.member_id, tab.user_info, _busiest(states)) for tab, states in members.values()]
    return sorted(_within_size_limit(people), key=lambda one: (one.user_info.name, one.user_id))


def _within_size_limit(people: Iterable[Presence]) -> Iterator[Presence]:
    left = _MAX_BYTES
    for one in sorted(people, key=lambda one: _ACTIVITY_RANK[one.state], reverse=True):
        left -= len(json.dumps(to_json(one))) + len(", ")
        if left < 0:
            return
        yield one


def presence_change(
    appointment_id: str,
    audience: Sequence[Subscriber],
    before: Subscriber | None,
    after: Subscriber | None,
    now: datetime,
) -> PresenceDelivery | None:
    """Whom to tell what, when one connection's place in an audience changed from `before` to `after`.

    None there is a connection that was not there, or is not any more. Whether `audience` has the connection
    already does not matter. Nothing is to be told if what the member does in all of their tabs stayed the same,
    unless their client repeats itself: that says that it is still there.

    `audience` is read behind the change and behind `now`: then of two changes in one moment the one that missed
    the other has the earlier `at`. Where both saw each other the first tells it, and no other tab's later change
    is a reason to be silent.
    """
    one = after or before
    if one is None or one.tab is None:
        return None
    tab = one.tab
    others = [other for other in audience if other.connection_id != one.connection_id]
    elsewhere = [
        other
        for other in others
        if other.tab and other.tab.member_id == tab.member_id and not other.has_timed_out(now)
    ]
    known = [other for other in elsewhere if _change_order(other) < _change_order(after)] if after else elsewhere
    was = _merge([*known, *([before] if before else [])])
    becomes = _merge([*elsewhere, *([after] if after else [])])
    is_repeat = before is not None and after is not None and after.previous_state == after.state
    if was == becomes and not is_repeat:
        return None
    listeners: list[Connection] = [other for other in others if not other.belongs_to(tab)]
    if len(listeners) > MAX_PRESENCE_AUDIENCE:
        return None
    return listeners, PresenceUpdate(now, appointment_id, tab.member_id, tab.user_info, becomes or "left")


def _change_order(one: Subscriber) -> tuple[int, str]:
    """The moment as it is stored, so that all who compare two see the same."""
    moment = one.state_set_at or one.subscribed_at
    return to_ms(moment) if moment else 0, one.connection_id


def with_state(before: Subscriber, state: PresenceState, now: datetime) -> Subscriber:
    """A subscriber as it is when it has told what it does, which `before` did not know yet."""
    former = before.state if before.state_set_at is not None else None
    return replace(before, state=state, previous_state=former, state_set_at=now)


def _merge(rows: Iterable[Subscriber]) -> PresenceState | None:
    states = [row.state for row in rows]
    return _busiest(states) if states else None


def _busiest(states: Iterable[PresenceState]) -> PresenceState:
    return max(states, key=_ACTIVITY_RANK.__getitem__)
