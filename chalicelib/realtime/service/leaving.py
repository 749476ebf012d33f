"""What the end of a connection means: to its tab's locks, and to those who saw its member there."""

from chalicelib.accounts import service as accounts
from chalicelib.core import keys
from chalicelib.core.clock import Clock, utc_now
from chalicelib.locking import service as locking
from chalicelib.locking.model import Tab
from chalicelib.realtime import store
from chalicelib.realtime.frames import PresenceUpdate
from chalicelib.realtime.model import Connection, Leased, Subscriber
from chalicelib.realtime.service import presence

Farewell = tuple[list[Connection], PresenceUpdate]


def leave(connection_id: str, *, clock: Clock = utc_now) -> list[Farewell]:
    """Forget a connection that closed; whom to tell of it. What its tab holds ends with the grace, unless the tab
    is back already.

    A connection's end is often noticed late, when its tab has long had another one: then nothing changes.
    """
    connection = store.find_connection(connection_id)
    followed = store.topics_of(connection_id)
    appointments = [topic for topic in followed if keys.is_appointment(topic)]
    store.delete_connection(connection_id)
    tab = connection.tab if connection else None
    try:  # the locks come first: whoever waits for one does not wait until a thousand topics are tidied up
        if tab is not None and not store.is_connected(tab):
            _let_go(tab, [keys.appointment_of(topic)[1] for topic in appointments], clock)
    finally:
        rows = {topic: store.unsubscribe(topic, connection_id) for topic in followed}
    farewells = (_farewell(topic, row, clock) for topic in appointments if (row := rows[topic]))
    return [farewell for farewell in farewells if farewell is not None]


def _let_go(tab: Tab, followed: list[str], clock: Clock) -> None:
    store.put_left(tab, clock())
    locking.leave(tab, followed, clock=clock)
    if store.is_connected(tab):
        locking.come_back(tab, followed, clock=clock)


def _farewell(topic: str, row: Subscriber, clock: Clock) -> Farewell | None:
    now, audience = clock(), store.audience(topic)
    return presence.shift(topic, audience, row, None, now)


def end_if_abandoned(leased: Leased, *, clock: Clock = utc_now) -> None:
    """A lock that was given to a tab which had left ends with the grace: nobody else would free it. One that was
    given to a member who is deactivated, by a function that had not heard of it, ends at once.

    The tab had waited in line, or was closed while its request was under way and never heard of the answer. A
    client that has no WebSocket at all has not left. One call tells each.
    """
    tab = leased.tab
    if ended := accounts.deactivation_of(tab.principal.tenant_id, tab.user_id):
        locking.end_member(ended, clock=clock)
        return
    if (leased.was_gone or store.has_left(tab, clock())) and not store.is_connected(tab):
        locking.leave(tab, [leased.appointment_id], clock=clock)
