"""Connections, the tickets that open them, and who is in an audience."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.core.http.schema import Schema
from chalicelib.locking.model import Tab

TICKET_TTL = timedelta(seconds=30)
# API Gateway ends a connection after two hours; its row outlives it a little and then lapses.
CONNECTION_TTL = timedelta(hours=2, minutes=10)
# How long it counts that a tab has left: no request that it sent before can be under way for longer.
DISCONNECTED_TTL = timedelta(seconds=30)
# So many tabs nobody has open; who has more, or a client that runs wild, loses the oldest.
MAX_CONNECTIONS = 20
# A client that says again and again that it is there is there no more after so long a silence.
PRESENCE_TIMEOUT = timedelta(seconds=25)

PresenceState = Literal["viewing", "editing", "idle"]


@dataclass(frozen=True, slots=True)
class Connection:
    """One WebSocket and whose it is: a member's tab, or somebody's who looks at the public page (then None)."""

    connection_id: str
    tenant_id: str
    tab: Tab | None

    def belongs_to(self, tab: Tab) -> bool:
        """Whether it belongs to this tab."""
        return self.tab is not None and (self.tab.member_id, self.tab.tab_id) == (tab.member_id, tab.tab_id)


@dataclass(frozen=True, slots=True)
class SeenVersions:
    """The versions of a lock and of its appointment that a snapshot told; news of these or older ones is none."""

    lock: int = 0
    appointment: int = 0


NO_VERSIONS_SEEN = SeenVersions()


@dataclass(frozen=True, slots=True)
class Subscriber(Connection):
    """One of an audience: what its member does there, and what it wants to hear.

    `former` is the state that it told before this one, at `told_at`; None if it never told any. It follows `since`
    then; a visitor may want to hear of one doctor only.
    """

    state: PresenceState = "viewing"
    previous_state: PresenceState | None = None
    state_set_at: datetime | None = None
    subscribed_at: datetime | None = None
    doctor_id: str | None = None
    seen: SeenVersions = NO_VERSIONS_SEEN

    def has_timed_out(self, now: datetime) -> bool:
        """Whether its client used to repeat what it does, and no longer says anything."""
        return (
            self.previous_state == self.state
            and self.state_set_at is not None
            and now - self.state_set_at > PRESENCE_TIMEOUT
        )


@dataclass(frozen=True, slots=True)
class TopicAudience:
    """Everyone who follows a topic. Until `split_until` its news goes over the queue; None if it never did."""

    subscribers: list[Subscriber]
    queued_until: datetime | None = None

    def is_queued(self, now: datetime) -> bool:
        """Whether its news goes over the queue."""
        return self.queued_until is not None and now < self.queued_until


@dataclass(frozen=True, slots=True)
class LeaseGranted:
    """A tab that was given a lock; `was_gone` if its connection had dropped while it waited in line for that."""

    tab: Tab
    appointment_id: str
    was_disconnected: bool


@dataclass(frozen=True, slots=True)
class Ticket(Schema):
    """Good for one connection within `expires_in` seconds; put it in the WebSocket's address."""

    ticket: str
    expires_in: int
