"""Control requests, and the holder's response."""

from dataclasses import replace
from http import HTTPStatus

from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import RateLimited
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.security.rate_limit import RateLimit, consume
from chalicelib.locking.api.leases import lock_attempt_limit
from chalicelib.locking.api.schemas import ControlState, RequestControl, RespondControl
from chalicelib.locking.model import (
    Locked,
    LockLost,
    LockRecord,
    NoControlRequest,
    NotLocked,
    Tab,
    WaitlistFull,
    rules,
)
from chalicelib.locking.service import control


def control_request_limit() -> RateLimit:
    """Return the limit of control requests: that of lock attempts, counted separately."""
    return replace(lock_attempt_limit(), name=keys.CONTROL_REQUESTS)


@endpoint(
    body=RequestControl,
    response=ControlState,
    status=HTTPStatus.ACCEPTED,
    errors=(NotLocked, Locked, WaitlistFull, RateLimited),
)
def request_control(request: Request[RequestControl, None], appointment_id: str) -> ControlState:
    """Request control from the holder, or join the waitlist behind earlier requests.

    A repeated request changes the message and keeps the position.
    """
    tab = Tab(request.principal, request.body.session_id)
    consume(control_request_limit(), request.principal, appointment_id)
    record = control.request_control(tab, appointment_id, message=request.body.message)
    return _control_state(record, tab.member_id, tab.tab_id)


@endpoint(body=RequestControl, response=ControlState, status=HTTPStatus.ACCEPTED)
def withdraw_request(request: Request[RequestControl, None], appointment_id: str) -> ControlState:
    """Withdraw the caller's request. Without a request nothing changes."""
    tab = Tab(request.principal, request.body.session_id)
    return _control_state(control.withdraw_request(tab, appointment_id), tab.member_id, tab.tab_id)


@endpoint(body=RespondControl, response=ControlState, errors=(LockLost, NoControlRequest))
def respond_control(request: Request[RespondControl, None], appointment_id: str) -> ControlState:
    """Grant or deny the request of the first member in the waitlist.

    A grant passes the lock on in one write.
    """
    form = request.body
    response = rules.ControlResponse(request.principal, form.lock_id, form.user_id, form.message)
    respond = control.grant if form.grant else control.deny
    return _control_state(respond(appointment_id, response), request.principal.member_id)


def _control_state(record: LockRecord, member_id: str, tab_id: str | None = None) -> ControlState:
    lock = record.lock_with_request.redacted_for(member_id, tab_id) if record.lock_with_request else None
    asked = lock.control_request if lock else None
    return ControlState(
        appointment_id=record.appointment_id,
        version=record.version,
        lock=lock,
        position=record.position_of(member_id),
        control_request=asked if asked and asked.user_id == member_id else None,
    )
