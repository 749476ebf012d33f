"""Presence: the viewers of an appointment and what they do. Stored with the subscriptions."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core.clock import to_ms
from chalicelib.core.http.schema import to_json
from chalicelib.locking.model import Tab
from chalicelib.realtime.frames.presence import Presence, PresenceUpdate
from chalicelib.realtime.model import Connection, PresenceState, Subscriber

# The presence of a member with several tabs is that of the busiest one.
_ACTIVITY_RANK: dict[PresenceState, int] = {"idle": 0, "viewing": 1, "editing": 2}
# In a larger audience single presences interest nobody, and a frame of each to each is too much to send.
MAX_PRESENCE_AUDIENCE = 100
# API Gateway limits a message to 128 KB, and a snapshot has more than presences.
_MAX_BYTES = 96 * 1024

PresenceDelivery = tuple[list[Connection], PresenceUpdate]


def present_members(audience: Iterable[Subscriber], now: datetime) -> list[Presence]:
    """Return the members in an audience by name, each once.

    Of more than fit into a frame, some 500, the busiest.
    """
    members: dict[str, tuple[Tab, list[PresenceState]]] = {}
    for each in audience:
        if each.tab is not None and not each.has_timed_out(now):
            members.setdefault(each.tab.member_id, (each.tab, []))[1].append(each.state)
    presences = [Presence(tab.member_id, tab.user_info, _busiest(states)) for tab, states in members.values()]
    return sorted(_within_size_limit(presences), key=lambda each: (each.user_info.name, each.user_id))


def _within_size_limit(presences: Iterable[Presence]) -> Iterator[Presence]:
    bytes_left = _MAX_BYTES
    for each in sorted(presences, key=lambda each: _ACTIVITY_RANK[each.state], reverse=True):
        bytes_left -= len(json.dumps(to_json(each))) + len(", ")
        if bytes_left < 0:
            return
        yield each


def presence_change(
    appointment_id: str,
    audience: Sequence[Subscriber],
    before: Subscriber | None,
    after: Subscriber | None,
    now: datetime,
) -> PresenceDelivery | None:
    """Return the update, and its audience, after a connection's subscription changed.

    None if there is none. `before=None`: joined. `after=None`: left. `audience` may have the connection already or
    not. There is no update if the member's presence in all tabs together stayed the same, except for a heartbeat.

    Read `audience` after the change and after `now`: of two changes at once, the one that missed the other then
    has the earlier `at`. Where both saw each other, the first one sends its update, and a later change in another
    tab is no reason to omit it.
    """
    changed = after or before
    if changed is None or changed.tab is None:
        return None
    tab = changed.tab
    others = [each for each in audience if each.connection_id != changed.connection_id]
    other_tabs = [
        each for each in others if each.tab and each.tab.member_id == tab.member_id and not each.has_timed_out(now)
    ]
    earlier = [each for each in other_tabs if _change_order(each) < _change_order(after)] if after else other_tabs
    state_before = _merge([*earlier, *([before] if before else [])])
    state_after = _merge([*other_tabs, *([after] if after else [])])
    is_heartbeat = before is not None and after is not None and after.previous_state == after.state
    if state_before == state_after and not is_heartbeat:
        return None
    viewers: list[Connection] = [each for each in others if not each.belongs_to(tab)]
    if len(viewers) > MAX_PRESENCE_AUDIENCE:
        return None
    return viewers, PresenceUpdate(now, appointment_id, tab.member_id, tab.user_info, state_after or "left")


def _change_order(subscriber: Subscriber) -> tuple[int, str]:
    """Order by the time as it is stored, so that every function sees the same order."""
    changed_at = subscriber.state_set_at or subscriber.subscribed_at
    return to_ms(changed_at) if changed_at else 0, subscriber.connection_id


def with_state(before: Subscriber, state: PresenceState, now: datetime) -> Subscriber:
    """Return a subscriber with a new state."""
    previous_state = before.state if before.state_set_at is not None else None
    return replace(before, state=state, previous_state=previous_state, state_set_at=now)


def _merge(tabs: Iterable[Subscriber]) -> PresenceState | None:
    states = [tab.state for tab in tabs]
    return _busiest(states) if states else None


def _busiest(states: Iterable[PresenceState]) -> PresenceState:
    return max(states, key=_ACTIVITY_RANK.__getitem__)
