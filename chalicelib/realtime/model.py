"""Connections, their tickets, and the audiences of topics."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.core.http.schema import Schema
from chalicelib.locking.model import Tab

TICKET_TTL = timedelta(seconds=30)
# API Gateway ends a connection after two hours; its item lives a little longer.
CONNECTION_TTL = timedelta(hours=2, minutes=10)
# A request that a tab sent before it disconnected cannot be under way for longer.
DISCONNECTED_TTL = timedelta(seconds=30)
# More than anybody's open tabs. Beyond it, a member or a broken client loses the oldest connection.
MAX_CONNECTIONS = 20
# A client that sends presence heartbeats is gone after this long without one.
PRESENCE_TIMEOUT = timedelta(seconds=25)

PresenceState = Literal["viewing", "editing", "idle"]


@dataclass(frozen=True, slots=True)
class Connection:
    """A WebSocket of a member's tab, or of a visitor of the public page.

    `tab` is None for a visitor.
    """

    connection_id: str
    tenant_id: str
    tab: Tab | None

    def belongs_to(self, tab: Tab) -> bool:
        """Whether it is a connection of this tab."""
        return self.tab is not None and (self.tab.member_id, self.tab.tab_id) == (tab.member_id, tab.tab_id)


@dataclass(frozen=True, slots=True)
class SeenVersions:
    """The versions of a lock and its appointment in a snapshot.

    Frames up to these versions are not sent.
    """

    lock: int = 0
    appointment: int = 0


NO_VERSIONS_SEEN = SeenVersions()


@dataclass(frozen=True, slots=True)
class Subscriber(Connection):
    """A connection in the audience of a topic, with its presence.

    The client set `state` at `state_set_at` and `previous_state` before that; both are None until it sets one. A
    visitor may narrow the subscription to `doctor_id`.
    """

    state: PresenceState = "viewing"
    previous_state: PresenceState | None = None
    state_set_at: datetime | None = None
    subscribed_at: datetime | None = None
    doctor_id: str | None = None
    seen: SeenVersions = NO_VERSIONS_SEEN

    def has_timed_out(self, now: datetime) -> bool:
        """Whether its client sent presence heartbeats and has stopped."""
        return (
            self.previous_state == self.state
            and self.state_set_at is not None
            and now - self.state_set_at > PRESENCE_TIMEOUT
        )


@dataclass(frozen=True, slots=True)
class TopicAudience:
    """The subscribers of a topic.

    Its frames go through the queue until `queued_until`, None if they never did.
    """

    subscribers: list[Subscriber]
    queued_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeaseGranted:
    """A new lease of a tab.

    `was_disconnected` if the tab had lost its connection while it was on the waitlist.
    """

    tab: Tab
    appointment_id: str
    was_disconnected: bool


@dataclass(frozen=True, slots=True)
class Ticket(Schema):
    """A ticket for one connection within `expires_in` seconds.

    Send it in the WebSocket's query string.
    """

    ticket: str
    expires_in: int
