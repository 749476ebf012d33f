"""Execute the commands of clients."""

from collections.abc import Sequence

from chalicelib.appointments.service import appointments
from chalicelib.core.clock import Clock
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.http.errors import Forbidden, NotFound
from chalicelib.locking.model import Tab
from chalicelib.locking.service import disconnect, leases
from chalicelib.realtime.frames.base import Frame, Pong
from chalicelib.realtime.frames.calendar import CalendarSubscribed, Snapshot
from chalicelib.realtime.frames.commands import (
    Command,
    CursorPosition,
    Ping,
    SetPresence,
    Subscribe,
    SubscribeCalendar,
    Unsubscribe,
    UnsubscribeCalendar,
)
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.model import Connection, SeenVersions
from chalicelib.realtime.service import pointers, presence
from chalicelib.realtime.store import subscriptions
from chalicelib.scheduling.model.doctor import DOCTOR_NOT_FOUND
from chalicelib.scheduling.service.tenant_schedule import reference_errors

# A frame and its audience; an empty audience stands for the sender of the command.
OutgoingFrame = tuple[Sequence[Connection], Frame]
MemberCommand = Subscribe | Unsubscribe | SetPresence | CursorPosition


def reply(frame: Frame) -> OutgoingFrame:
    """Address a frame to the sender of the command."""
    return (), frame


def dispatch(connection: Connection, command: Command, api: ManagementApi, clock: Clock) -> list[OutgoingFrame]:
    """Execute a command and return the frames to send, in order.

    Raises:
        Problem: the command is refused; nothing has changed.
    """
    match command:
        case Ping():
            return [reply(Pong(clock()))]
        case SubscribeCalendar(doctor_id=doctor_id):
            return _subscribe_calendar(connection, doctor_id, clock)
        case UnsubscribeCalendar(doctor_id=doctor_id):
            subscriptions.unsubscribe(_calendar_topic(connection, doctor_id), connection.connection_id)
            return []
        case _:
            return _dispatch_member(_require_member(connection), connection, command, api, clock)


def _require_member(connection: Connection) -> Tab:
    if connection.tab is None:
        raise Forbidden("Visitors can follow free and occupied times only.")
    return connection.tab


def _dispatch_member(
    tab: Tab, connection: Connection, command: MemberCommand, api: ManagementApi, clock: Clock
) -> list[OutgoingFrame]:
    match command:
        case Subscribe(appointment_id=appointment_id):
            return _subscribe(connection, tab, appointment_id, clock)
        case Unsubscribe(appointment_id=appointment_id):
            return _unsubscribe(connection, appointment_id, clock)
        case SetPresence():
            return _set_presence(connection, command, clock)
        case CursorPosition(appointment_id=appointment_id, position=position):
            pointers.point_over_websocket(tab, appointment_id, position, api, clock=clock)
            return []


def _subscribe(connection: Connection, tab: Tab, appointment_id: str, clock: Clock) -> list[OutgoingFrame]:
    """Read, subscribe, and read again.

    A change in between is in the snapshot, a later one is a frame. The versions of the first read are stored with
    the subscription, so that the fan-out, which lags behind the table, sends nothing older than the snapshot. Only
    a change in between costs a second write.
    """
    topic = AppointmentKey(connection.tenant_id, appointment_id).partition
    appointment = appointments.get(tab.principal, appointment_id, consistent=True)
    seen = SeenVersions(leases.status(tab.principal, appointment_id, clock=clock).version, appointment.version)
    before = subscriptions.subscribe(topic, connection, clock(), seen=seen)
    appointment = appointments.get(tab.principal, appointment_id, consistent=True)
    status = disconnect.open_appointment(tab, appointment_id, clock=clock)
    if (seen_now := SeenVersions(status.version, appointment.version)) != seen:
        subscriptions.set_seen_versions(topic, connection.connection_id, seen_now)
    now, audience = clock(), subscriptions.subscribers_of(topic)
    snapshot = Snapshot(
        at=status.server_time,
        appointment_id=appointment_id,
        lock=status.lock,
        version=status.version,
        presence=presence.present_members(audience, now),
        appointment_version=appointment.version,
        server_time=status.server_time,
    )
    after = next((each for each in audience if each.connection_id == connection.connection_id), None)
    change = presence.presence_change(appointment_id, audience, before, after, now)
    return [reply(snapshot), *_presence_frames(change)]


def _unsubscribe(connection: Connection, appointment_id: str, clock: Clock) -> list[OutgoingFrame]:
    topic = AppointmentKey(connection.tenant_id, appointment_id).partition
    before = subscriptions.unsubscribe(topic, connection.connection_id)
    if before is None:
        return []
    now, audience = clock(), subscriptions.subscribers_of(topic)
    return _presence_frames(presence.presence_change(appointment_id, audience, before, None, now))


def _set_presence(connection: Connection, command: SetPresence, clock: Clock) -> list[OutgoingFrame]:
    topic, set_at = AppointmentKey(connection.tenant_id, command.appointment_id).partition, clock()
    before = subscriptions.set_presence(topic, connection.connection_id, command.state, set_at)
    if before is None:
        raise NotFound("Subscribe to the appointment before you set your presence.")
    after = presence.with_state(before, command.state, set_at)
    now, audience = clock(), subscriptions.subscribers_of(topic)
    return _presence_frames(presence.presence_change(command.appointment_id, audience, before, after, now))


def _presence_frames(change: presence.PresenceDelivery | None) -> list[OutgoingFrame]:
    return [change] if change and change[0] else []


def _subscribe_calendar(connection: Connection, doctor_id: str | None, clock: Clock) -> list[OutgoingFrame]:
    """Subscribe before the answer.

    A client that reads the calendar after the answer misses no change.
    """
    tab = connection.tab
    if tab and doctor_id and reference_errors(tab.principal, doctor_id, None):
        raise NotFound(DOCTOR_NOT_FOUND)
    narrowed_to = doctor_id if tab is None else None
    topic = _calendar_topic(connection, doctor_id)
    subscriptions.subscribe(topic, connection, clock(), doctor_id=narrowed_to)
    return [reply(CalendarSubscribed(clock(), doctor_id))]


def _calendar_topic(connection: Connection, doctor_id: str | None) -> str:
    if connection.tab is None:
        return keys.public_slots_topic(connection.tenant_id)
    if doctor_id is None:
        return keys.tenant_calendar_topic(connection.tenant_id)
    return keys.doctor_calendar_topic(connection.tenant_id, doctor_id)
