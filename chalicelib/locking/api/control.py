"""Asking for control, and the holder's answer."""

from http import HTTPStatus

from chalicelib.core import rate_limit
from chalicelib.core.errors import RateLimited
from chalicelib.core.http import Call
from chalicelib.locking.api.shapes import ControlAnswer, RequestControl, RespondControl, routes
from chalicelib.locking.model import LineFull, Locked, LockLost, LockRecord, NothingAsked, NotLocked, Tab, rules
from chalicelib.locking.service import waiting


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/request-control",
    body=RequestControl,
    answers=ControlAnswer,
    status=HTTPStatus.ACCEPTED,
    problems=(NotLocked, Locked, LineFull, RateLimited),
)
def request_control(call: Call[RequestControl, None], appointment_id: str) -> ControlAnswer:
    """Ask the holder for control, or get into line behind those who asked before."""
    tab = Tab(call.principal, call.body.session_id)
    rate_limit.spend(rate_limit.control_requests(), call.principal, appointment_id)
    record = waiting.request(tab, appointment_id, message=call.body.message)
    return _answer(record, tab.user_id, tab.session_id)


@routes.endpoint(
    "DELETE",
    "/appointments/{appointment_id}/request-control",
    body=RequestControl,
    answers=ControlAnswer,
    status=HTTPStatus.ACCEPTED,
)
def withdraw_request(call: Call[RequestControl, None], appointment_id: str) -> ControlAnswer:
    """Ask no longer. Who does not ask is no error."""
    tab = Tab(call.principal, call.body.session_id)
    return _answer(waiting.withdraw(tab, appointment_id), tab.user_id, tab.session_id)


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/respond-control",
    body=RespondControl,
    answers=ControlAnswer,
    problems=(LockLost, NothingAsked),
)
def respond_control(call: Call[RespondControl, None], appointment_id: str) -> ControlAnswer:
    """Answer the first in line: the lock passes to them in one write, or they are told no."""
    form = call.body
    answer = rules.Answer(call.principal, form.lock_id, form.user_id, form.message)
    respond = waiting.grant if form.grant else waiting.deny
    return _answer(respond(appointment_id, answer), call.principal.user_id)


def _answer(record: LockRecord, user_id: str, session_id: str | None = None) -> ControlAnswer:
    lock = record.shown.as_seen_by(user_id, session_id) if record.shown else None
    asked = lock.control_request if lock else None
    return ControlAnswer(
        appointment_id=record.appointment_id,
        version=record.version,
        lock=lock,
        position=record.place_of(user_id),
        control_request=asked if asked and asked.user_id == user_id else None,
    )
