"""Taking the lock, keeping it, and giving it back."""

from chalicelib.core import rate_limit
from chalicelib.core.auth import Principal
from chalicelib.core.errors import RateLimited
from chalicelib.core.http import Call
from chalicelib.locking.api.shapes import (
    AcquireLock,
    LockAnswer,
    MoveLock,
    Released,
    ReleaseLock,
    RenewLock,
    routes,
)
from chalicelib.locking.model import Locked, LockLost, LockStatus, LockVersionMismatch, NotLocked, Tab
from chalicelib.locking.service import holding


@routes.endpoint("GET", "/appointments/{appointment_id}/lock-status", answers=LockStatus)
def lock_status(call: Call[None, None], appointment_id: str) -> LockStatus:
    """Who holds the lock, and until when."""
    return holding.status(call.principal, appointment_id)


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/acquire-lock",
    body=AcquireLock,
    answers=LockAnswer,
    problems=(Locked, LockVersionMismatch, RateLimited),
)
def acquire_lock(call: Call[AcquireLock, None], appointment_id: str) -> LockAnswer:
    """Take the lock. If somebody has it, the refusal says who and until when."""
    rate_limit.spend(rate_limit.lock_attempts(), call.principal, appointment_id)
    tab = Tab(call.principal, call.body.session_id)
    return LockAnswer(holding.acquire(tab, appointment_id, expected_version=call.body.expected_version))


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/renew-lock",
    body=RenewLock,
    answers=LockAnswer,
    problems=(LockLost,),
)
def renew_lock(call: Call[RenewLock, None], appointment_id: str) -> LockAnswer:
    """Begin a new lease while the user is active."""
    return LockAnswer(holding.renew(call.principal, appointment_id, call.body.lock_id))


@routes.endpoint(
    "DELETE",
    "/appointments/{appointment_id}/release-lock",
    body=ReleaseLock,
    answers=Released,
    problems=(LockLost, LockVersionMismatch),
)
def release_lock(call: Call[ReleaseLock, None], appointment_id: str) -> Released:
    """Free the lock. Releasing twice is no error."""
    return _released(call, appointment_id, call.principal)


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/release-lock",
    body=ReleaseLock,
    answers=Released,
    public=True,
    problems=(LockLost, LockVersionMismatch),
)
def release_lock_by_beacon(call: Call[ReleaseLock, None], appointment_id: str) -> Released:
    """The same, also for `navigator.sendBeacon`, which can send no token: the lock id is the right to release."""
    return _released(call, appointment_id, call.signed_in.principal if call.signed_in else None)


def _released(call: Call[ReleaseLock, None], appointment_id: str, principal: Principal | None) -> Released:
    version = holding.release(
        appointment_id,
        call.body.lock_id,
        principal=principal,
        expected_version=call.body.expected_version,
    )
    return Released(appointment_id, None, version)


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/move-lock",
    body=MoveLock,
    answers=LockAnswer,
    problems=(NotLocked, Locked),
)
def move_lock(call: Call[MoveLock, None], appointment_id: str) -> LockAnswer:
    """Take one's own lock from another tab to this one."""
    return LockAnswer(holding.move(Tab(call.principal, call.body.session_id), appointment_id))
