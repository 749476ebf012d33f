"""Doing what a client asks for."""

from collections.abc import Sequence

from chalicelib.appointments.service import record
from chalicelib.core import keys
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden, NotFound
from chalicelib.locking.model import Tab
from chalicelib.locking.service import absence, holding
from chalicelib.realtime.frames import (
    CalendarSubscribed,
    Command,
    CursorPosition,
    Frame,
    Ping,
    Pong,
    Snapshot,
    Subscribe,
    SubscribeCalendar,
    TellPresence,
    Unsubscribe,
    UnsubscribeCalendar,
)
from chalicelib.realtime.gateway import Gateway
from chalicelib.realtime.model import Connection, Seen
from chalicelib.realtime.service import pointers, presence
from chalicelib.realtime.store import subscriptions
from chalicelib.scheduling.service import practice

# A frame and to whom it goes; to nobody else there is the one who asked.
Telling = tuple[Sequence[Connection], Frame]
MemberCommand = Subscribe | Unsubscribe | TellPresence | CursorPosition


def answer(frame: Frame) -> Telling:
    """A frame to the one who asked."""
    return (), frame


def serve(connection: Connection, command: Command, gateway: Gateway, clock: Clock) -> list[Telling]:
    """Do it; what is to be told to whom, in this order.

    Raises:
        Problem: it cannot be done; nothing is left of it.
    """
    match command:
        case Ping():
            return [answer(Pong(clock()))]
        case SubscribeCalendar(doctor_id=doctor_id):
            return _subscribe_calendar(connection, doctor_id, clock)
        case UnsubscribeCalendar(doctor_id=doctor_id):
            subscriptions.unsubscribe(_calendar(connection, doctor_id), connection.connection_id)
            return []
        case _:
            return _serve_member(_member(connection), connection, command, gateway, clock)


def _member(connection: Connection) -> Tab:
    """Raises: Forbidden: it is a visitor's."""
    if connection.tab is None:
        raise Forbidden("Visitors are told of free and taken times, and of nothing else.")
    return connection.tab


def _serve_member(
    tab: Tab, connection: Connection, command: MemberCommand, gateway: Gateway, clock: Clock
) -> list[Telling]:
    match command:
        case Subscribe(appointment_id=appointment_id):
            return _subscribe(connection, tab, appointment_id, clock)
        case Unsubscribe(appointment_id=appointment_id):
            return _unsubscribe(connection, appointment_id, clock)
        case TellPresence():
            return _tell_presence(connection, command, clock)
        case CursorPosition(appointment_id=appointment_id, position=position):
            pointers.point(tab, appointment_id, position, gateway, clock=clock)
            return []


def _subscribe(connection: Connection, tab: Tab, appointment_id: str, clock: Clock) -> list[Telling]:
    """Look, subscribe, and look again: a change in between is in the snapshot, a later one is a frame.

    The first look is written on the subscription, so that the fan-out of older changes, which comes behind the
    table by the stream's lag, tells nothing that is below the snapshot. Only a change in between costs a second
    write.
    """
    topic = keys.appointment(connection.tenant_id, appointment_id)
    appointment = record.get(tab.principal, appointment_id, consistent=True)
    seen = Seen(holding.status(tab.principal, appointment_id, clock=clock).version, appointment.version)
    before = subscriptions.subscribe(topic, connection, clock(), seen=seen)
    appointment = record.get(tab.principal, appointment_id, consistent=True)
    status = absence.watch(tab, appointment_id, clock=clock)
    if (now_seen := Seen(status.version, appointment.version)) != seen:
        subscriptions.note_seen(topic, connection.connection_id, now_seen)
    now, audience = clock(), subscriptions.audience(topic)
    snapshot = Snapshot(
        at=status.server_time,
        appointment_id=appointment_id,
        lock=status.lock,
        version=status.version,
        presence=presence.present(audience, now),
        appointment_version=appointment.version,
        server_time=status.server_time,
    )
    after = next((one for one in audience if one.connection_id == connection.connection_id), None)
    return [answer(snapshot), *_news(presence.shift(topic, audience, before, after, now))]


def _unsubscribe(connection: Connection, appointment_id: str, clock: Clock) -> list[Telling]:
    topic = keys.appointment(connection.tenant_id, appointment_id)
    before = subscriptions.unsubscribe(topic, connection.connection_id)
    if before is None:
        return []
    now, audience = clock(), subscriptions.audience(topic)
    return _news(presence.shift(topic, audience, before, None, now))


def _tell_presence(connection: Connection, command: TellPresence, clock: Clock) -> list[Telling]:
    topic, told_at = keys.appointment(connection.tenant_id, command.appointment_id), clock()
    before = subscriptions.tell_state(topic, connection.connection_id, command.state, told_at)
    if before is None:
        raise NotFound("Subscribe to the appointment first; then say what you do with it.")
    after = presence.told(before, command.state, told_at)
    now, audience = clock(), subscriptions.audience(topic)
    return _news(presence.shift(topic, audience, before, after, now))


def _news(telling: presence.Telling | None) -> list[Telling]:
    return [telling] if telling and telling[0] else []


def _subscribe_calendar(connection: Connection, doctor_id: str | None, clock: Clock) -> list[Telling]:
    """What comes after the answer is not missed; whoever reads the calendar then has everything."""
    tab = connection.tab
    if tab and doctor_id and practice.faults_of_references(tab.principal, doctor_id, None):
        raise NotFound("There is no doctor with this id.")
    only = doctor_id if tab is None else None
    subscriptions.subscribe(_calendar(connection, doctor_id), connection, clock(), doctor_id=only)
    return [answer(CalendarSubscribed(clock(), doctor_id))]


def _calendar(connection: Connection, doctor_id: str | None) -> str:
    if connection.tab is None:
        return keys.public_slots(connection.tenant_id)
    if doctor_id is None:
        return keys.calendar(connection.tenant_id)
    return keys.doctor_calendar(connection.tenant_id, doctor_id)
