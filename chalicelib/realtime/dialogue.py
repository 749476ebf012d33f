"""Serving what a client sends: follow, stop following, ping."""

import json

from chalicelib.appointments import service as appointments
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.errors import Fault, Problem
from chalicelib.core.http import problem_of
from chalicelib.core.observability import logger
from chalicelib.core.shape import NotJson, Unfit, parse_json
from chalicelib.locking import service as locking
from chalicelib.locking.model import UserInfo
from chalicelib.realtime import store
from chalicelib.realtime.fanout import deliver
from chalicelib.realtime.frames import (
    COMMANDS,
    MOST_FRAME_BYTES,
    Command,
    ErrorFrame,
    Frame,
    Ping,
    Pong,
    Presence,
    Snapshot,
    Subscribe,
    Unsubscribe,
)
from chalicelib.realtime.gateway import Gateway
from chalicelib.realtime.model import Connection


def receive(connection_id: str, text: str, gateway: Gateway, *, clock: Clock = utc_now) -> None:
    """Serve one frame of a client and send the answer, if it has one, to its connection.

    Whatever is in the frame: what cannot be served is answered with an `error` frame, and the socket stays open.
    """
    connection = store.find_connection(connection_id)
    if connection is None:
        return
    try:
        answer = _serve(connection, _read(text), clock)
    except BadFrame as bad:
        answer = ErrorFrame(clock(), bad.code, bad.detail, _action_of(text), bad.errors)
    except Problem as problem:
        answer = ErrorFrame(clock(), problem.code, problem.detail, _action_of(text))
    except Exception as error:  # noqa: BLE001 - the last resort; logged, and told as a problem too
        logger().exception("a frame failed", connection_id=connection_id)
        ours = problem_of(error)
        answer = ErrorFrame(clock(), ours.code, ours.detail, _action_of(text))
    if answer is not None:
        deliver([connection], answer, gateway)


class BadFrame(ValueError):
    """A client's frame that cannot be read; `errors` names each fault of its fields."""

    def __init__(self, code: str, detail: str, errors: list[Fault] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors


def _read(text: str) -> Command:
    if len(text.encode("utf-8", "surrogatepass")) > MOST_FRAME_BYTES:
        raise BadFrame("PAYLOAD_TOO_LARGE", f"A frame may have {MOST_FRAME_BYTES} bytes at most.")
    command = COMMANDS.get(_action_of(text) or "")
    if command is None:
        raise BadFrame("BAD_REQUEST", f"Send a JSON object whose action is one of {', '.join(COMMANDS)}.")
    try:
        return parse_json(command, text.encode())
    except Unfit as fault:
        faults = [Fault(field, message) for field, message in fault.faults]
        raise BadFrame("VALIDATION", str(fault), faults) from None
    except (NotJson, UnicodeEncodeError) as fault:
        raise BadFrame("VALIDATION", str(fault)) from None


def _action_of(text: str) -> str | None:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    action = frame.get("action") if isinstance(frame, dict) else None
    return action[:64] if isinstance(action, str) else None


def _serve(connection: Connection, command: Command, clock: Clock) -> Frame | None:
    match command:
        case Subscribe(appointment_id=appointment_id):
            return _subscribe(connection, appointment_id, clock)
        case Unsubscribe(appointment_id=appointment_id):
            topic = store.appointment_topic(connection.tab.principal.tenant_id, appointment_id)
            store.unsubscribe(topic, connection.connection_id)
            return None
        case Ping():
            return Pong(clock())


def _subscribe(connection: Connection, appointment_id: str, clock: Clock) -> Snapshot:
    """Subscribe first and look afterwards: a change in between is in the snapshot, a later one is a frame."""
    principal = connection.tab.principal
    topic = store.appointment_topic(principal.tenant_id, appointment_id)
    store.subscribe(topic, connection, clock())
    try:
        appointment = appointments.get(principal, appointment_id, consistent=True)
        status = locking.watch(connection.tab, appointment_id, clock=clock)
    except Problem:
        store.unsubscribe(topic, connection.connection_id)
        raise
    return Snapshot(
        at=status.server_time,
        appointment_id=appointment_id,
        lock=status.lock,
        version=status.version,
        presence=_presence(store.audience(topic)),
        appointment_version=appointment.version,
        server_time=status.server_time,
    )


def _presence(audience: list[Connection]) -> list[Presence]:
    """Everyone who has it open, each member once however many tabs they have."""
    members = {connection.tab.principal.user_id: connection.tab.principal for connection in audience}
    return [
        Presence(member.user_id, UserInfo(member.name, member.email))
        for member in sorted(members.values(), key=lambda member: member.name)
    ]
