"""Who has an appointment open, and what they do with it. It is told on the subscription, and nowhere else."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core import keys
from chalicelib.core.clock import to_ms
from chalicelib.core.shape import to_wire
from chalicelib.locking.model import Tab
from chalicelib.realtime.frames import Presence, PresenceUpdate
from chalicelib.realtime.model import Connection, PresenceState, Subscriber

# What a member does in several tabs is what they do in the busiest of them.
_BUSY: dict[PresenceState, int] = {"idle": 0, "viewing": 1, "editing": 2}
# Among so many, one by one is more than anybody wants to know, and a frame of each to each too much to send.
MOST_COMPANY = 100
# API Gateway lets no message of more than 128 KB pass, and a snapshot says more than who is there.
_MOST_BYTES = 96 * 1024

Telling = tuple[list[Connection], PresenceUpdate]


def present(audience: Iterable[Subscriber], now: datetime) -> list[Presence]:
    """Everyone who has it open, each member once however many tabs they have, in order of their names.

    Of more than a frame can tell, some 500, it is those who do most.
    """
    members: dict[str, tuple[Tab, list[PresenceState]]] = {}
    for one in audience:
        if one.tab is not None and not one.is_silent(now):
            members.setdefault(one.tab.user_id, (one.tab, []))[1].append(one.state)
    people = [Presence(tab.user_id, tab.user_info, _busiest(states)) for tab, states in members.values()]
    return sorted(_fitting(people), key=lambda one: (one.user_info.name, one.user_id))


def _fitting(people: Iterable[Presence]) -> Iterator[Presence]:
    left = _MOST_BYTES
    for one in sorted(people, key=lambda one: _BUSY[one.state], reverse=True):
        left -= len(json.dumps(to_wire(one))) + len(", ")
        if left < 0:
            return
        yield one


def shift(
    topic: str, audience: Sequence[Subscriber], before: Subscriber | None, after: Subscriber | None, now: datetime
) -> Telling | None:
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
        other for other in others if other.tab and other.tab.user_id == tab.user_id and not other.is_silent(now)
    ]
    known = [other for other in elsewhere if _order(other) < _order(after)] if after else elsewhere
    was = _merged([*known, *([before] if before else [])])
    becomes = _merged([*elsewhere, *([after] if after else [])])
    is_repeat = before is not None and after is not None and after.former == after.state
    if was == becomes and not is_repeat:
        return None
    listeners: list[Connection] = [other for other in others if not other.is_of(tab)]
    if len(listeners) > MOST_COMPANY:
        return None
    _, appointment_id = keys.appointment_of(topic)
    return listeners, PresenceUpdate(now, appointment_id, tab.user_id, tab.user_info, becomes or "left")


def _order(one: Subscriber) -> tuple[int, str]:
    """The moment as it is stored, so that all who compare two see the same."""
    moment = one.told_at or one.since
    return to_ms(moment) if moment else 0, one.connection_id


def told(before: Subscriber, state: PresenceState, now: datetime) -> Subscriber:
    """A subscriber as it is when it has told what it does, which `before` did not know yet."""
    former = before.state if before.told_at is not None else None
    return replace(before, state=state, former=former, told_at=now)


def _merged(rows: Iterable[Subscriber]) -> PresenceState | None:
    states = [row.state for row in rows]
    return _busiest(states) if states else None


def _busiest(states: Iterable[PresenceState]) -> PresenceState:
    return max(states, key=_BUSY.__getitem__)
