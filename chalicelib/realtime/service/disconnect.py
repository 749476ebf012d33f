"""End of a connection: its subscriptions, the locks of its tab, and its presence."""

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.locking.model import Tab
from chalicelib.locking.service import disconnect as locks
from chalicelib.realtime.frames.presence import PresenceUpdate
from chalicelib.realtime.model import Connection, Subscriber
from chalicelib.realtime.service import presence
from chalicelib.realtime.store import connections, subscriptions

LeaveNotification = tuple[list[Connection], PresenceUpdate]


def disconnect(connection_id: str, *, clock: Clock = utc_now) -> list[LeaveNotification]:
    """Forget a closed connection.

    The leases of its tab end after the grace period unless the tab reconnects. API Gateway may report the end
    late, when the tab has long reconnected: then its locks are left alone.

    Returns:
        The notifications for other viewers of its appointments.
    """
    connection = connections.find_connection(connection_id)
    topics = subscriptions.topics_of(connection_id)
    keys_of_topics = (keys.parse(topic, keys.APPOINTMENT) for topic in topics)
    appointments = [key for key in keys_of_topics if isinstance(key, AppointmentKey)]
    connections.delete_connection(connection_id)
    tab = connection.tab if connection else None
    try:  # locks first: members that wait for one do not wait for a thousand subscriptions to be removed
        if tab is not None and not connections.is_connected(tab):
            _start_grace(tab, [key.appointment_id for key in appointments], clock)
    finally:
        removed = {topic: subscriptions.unsubscribe(topic, connection_id) for topic in topics}
    notifications = (
        _leave_notification(key, subscriber, clock)
        for key in appointments
        if (subscriber := removed[key.partition])
    )
    return [notification for notification in notifications if notification is not None]


def _start_grace(tab: Tab, appointment_ids: list[str], clock: Clock) -> None:
    connections.mark_disconnected(tab, clock())
    locks.disconnect(tab, appointment_ids, clock=clock)
    if connections.is_connected(tab):
        locks.reconnect(tab, appointment_ids, clock=clock)


def _leave_notification(key: AppointmentKey, subscriber: Subscriber, clock: Clock) -> LeaveNotification | None:
    now, audience = clock(), subscriptions.subscribers_of(key.partition)
    return presence.presence_change(key.appointment_id, audience, subscriber, None, now)
