"""What the end of a connection means: to its tab's locks, and to those who saw its member there."""

from chalicelib.accounts.service.members import find_deactivation
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.locking.model import Tab
from chalicelib.locking.service import disconnect as absence
from chalicelib.locking.service import eviction
from chalicelib.realtime.frames import PresenceUpdate
from chalicelib.realtime.model import Connection, LeaseGranted, Subscriber
from chalicelib.realtime.service import presence
from chalicelib.realtime.store import connections, subscriptions

LeaveNotification = tuple[list[Connection], PresenceUpdate]


def disconnect(connection_id: str, *, clock: Clock = utc_now) -> list[LeaveNotification]:
    """Forget a connection that closed; whom to tell of it. What its tab holds ends with the grace, unless the tab
    is back already.

    A connection's end is often noticed late, when its tab has long had another one: then nothing changes.
    """
    connection = connections.find_connection(connection_id)
    followed = subscriptions.topics_of(connection_id)
    topics = (keys.parse(topic, keys.APPOINTMENT) for topic in followed)
    appointments = [topic for topic in topics if isinstance(topic, AppointmentKey)]
    connections.delete_connection(connection_id)
    tab = connection.tab if connection else None
    try:  # the locks come first: whoever waits for one does not wait until a thousand topics are tidied up
        if tab is not None and not connections.is_connected(tab):
            _start_grace(tab, [one.appointment_id for one in appointments], clock)
    finally:
        rows = {topic: subscriptions.unsubscribe(topic, connection_id) for topic in followed}
    farewells = (_leave_notification(one, row, clock) for one in appointments if (row := rows[one.partition]))
    return [farewell for farewell in farewells if farewell is not None]


def _start_grace(tab: Tab, followed: list[str], clock: Clock) -> None:
    connections.mark_disconnected(tab, clock())
    absence.disconnect(tab, followed, clock=clock)
    if connections.is_connected(tab):
        absence.reconnect(tab, followed, clock=clock)


def _leave_notification(appointment: AppointmentKey, row: Subscriber, clock: Clock) -> LeaveNotification | None:
    now, audience = clock(), subscriptions.subscribers_of(appointment.partition)
    return presence.presence_change(appointment.appointment_id, audience, row, None, now)


def end_abandoned_lease(leased: LeaseGranted, *, clock: Clock = utc_now) -> None:
    """A lock that was given to a tab which had left ends with the grace: nobody else would free it. One that was
    given to a member who is deactivated, by a function that had not heard of it, ends at once.

    The tab had waited in line, or was closed while its request was under way and never heard of the answer. A
    client that has no WebSocket at all has not left. One call tells each.
    """
    tab = leased.tab
    if ended := find_deactivation(tab.principal.tenant_id, tab.member_id):
        eviction.evict_member(ended, clock=clock)
        return
    if (
        leased.was_disconnected or connections.recently_disconnected(tab, clock())
    ) and not connections.is_connected(tab):
        absence.disconnect(tab, [leased.appointment_id], clock=clock)
