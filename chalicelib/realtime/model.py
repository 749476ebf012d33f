"""Connections, the tickets that open them, and who is in an audience."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.core.shape import Shape
from chalicelib.locking.model import Tab

TICKET_LIFE = timedelta(seconds=30)
# API Gateway ends a connection after two hours; its row outlives it a little and then lapses.
CONNECTION_LIFE = timedelta(hours=2, minutes=10)
# How long it counts that a tab has left: no request that it sent before can be under way for longer.
LEFT_MEMORY = timedelta(seconds=30)
# So many tabs nobody has open; who has more, or a client that runs wild, loses the oldest.
MOST_CONNECTIONS = 20
# A client that says again and again that it is there is there no more after so long a silence.
SILENCE = timedelta(seconds=25)

PresenceState = Literal["viewing", "editing", "idle"]


@dataclass(frozen=True, slots=True)
class Connection:
    """One WebSocket and whose it is: a member's tab, or somebody's who looks at the public page (then None)."""

    connection_id: str
    tenant_id: str
    tab: Tab | None

    def is_of(self, tab: Tab) -> bool:
        """Whether it belongs to this tab."""
        return self.tab is not None and (self.tab.user_id, self.tab.session_id) == (tab.user_id, tab.session_id)


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions of a lock and of its appointment that a snapshot told; news of these or older ones is none."""

    lock: int = 0
    appointment: int = 0


NOTHING_SEEN = Seen()


@dataclass(frozen=True, slots=True)
class Subscriber(Connection):
    """One of an audience: what its member does there, and what it wants to hear.

    `former` is the state that it told before this one, at `told_at`; None if it never told any. It follows `since`
    then; a visitor may want to hear of one doctor only.
    """

    state: PresenceState = "viewing"
    former: PresenceState | None = None
    told_at: datetime | None = None
    since: datetime | None = None
    doctor_id: str | None = None
    seen: Seen = NOTHING_SEEN

    def is_silent(self, now: datetime) -> bool:
        """Whether its client used to repeat what it does, and no longer says anything."""
        return self.former == self.state and self.told_at is not None and now - self.told_at > SILENCE


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everyone who follows a topic. Until `split_until` its news goes over the queue; None if it never did."""

    subscribers: list[Subscriber]
    split_until: datetime | None = None

    def is_split(self, now: datetime) -> bool:
        """Whether its news goes over the queue."""
        return self.split_until is not None and now < self.split_until


@dataclass(frozen=True, slots=True)
class Leased:
    """A tab that was given a lock; `was_gone` if its connection had dropped while it waited in line for that."""

    tab: Tab
    appointment_id: str
    was_gone: bool


@dataclass(frozen=True, slots=True)
class Ticket(Shape):
    """Good for one connection within `expires_in` seconds; put it in the WebSocket's address."""

    ticket: str
    expires_in: int
