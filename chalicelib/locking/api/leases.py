"""Acquire, renew, release and move a lock, and read its status."""

from datetime import timedelta

from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import RateLimited
from chalicelib.core.http.requests import PublicRequest, Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.security.rate_limit import RateLimit, consume
from chalicelib.core.security.tokens import Principal
from chalicelib.core.settings import settings
from chalicelib.locking.api.schemas import (
    AcquireLock,
    LockResponse,
    MoveLock,
    ReleaseLock,
    ReleaseResponse,
    RenewLock,
)
from chalicelib.locking.model import Locked, LockLost, LockStatus, LockVersionMismatch, NotLocked, Tab
from chalicelib.locking.service import leases


def lock_attempt_limit() -> RateLimit:
    """Return the limit by `LOCK_RATE_LIMIT` and `LOCK_RATE_WINDOW_SECONDS`."""
    config = settings()
    window = timedelta(seconds=config.lock_rate_window_seconds)
    return RateLimit(keys.LOCK_ATTEMPTS, config.lock_rate_limit, window)


@endpoint(response=LockStatus)
def lock_status(request: Request[None, None], appointment_id: str) -> LockStatus:
    """Return the holder of the lock and the deadline of the lease.

    The holder also gets the `lockId`, in every tab, so that a reloaded page finds its own lock.
    """
    return leases.status(request.principal, appointment_id)


@endpoint(body=AcquireLock, response=LockResponse, errors=(Locked, LockVersionMismatch, RateLimited))
def acquire_lock(request: Request[AcquireLock, None], appointment_id: str) -> LockResponse:
    """Acquire the lock for a browser tab.

    If another tab holds it, the error `LOCKED` has the holder and the deadline.
    """
    consume(lock_attempt_limit(), request.principal, appointment_id)
    tab = Tab(request.principal, request.body.session_id)
    return LockResponse(leases.acquire(tab, appointment_id, expected_version=request.body.expected_version))


@endpoint(body=RenewLock, response=LockResponse, errors=(LockLost,))
def renew_lock(request: Request[RenewLock, None], appointment_id: str) -> LockResponse:
    """Extend the lease by its full length. Call this while the user is active."""
    return LockResponse(leases.renew(request.principal, appointment_id, request.body.lock_id))


@endpoint(body=ReleaseLock, response=ReleaseResponse, errors=(LockLost, LockVersionMismatch))
def release_lock(request: Request[ReleaseLock, None], appointment_id: str) -> ReleaseResponse:
    """Release the lock. Releasing a free lock succeeds."""
    return _released(request.body, appointment_id, request.principal)


@endpoint(body=ReleaseLock, response=ReleaseResponse, public=True, errors=(LockLost, LockVersionMismatch))
def release_lock_by_beacon(request: PublicRequest[ReleaseLock, None], appointment_id: str) -> ReleaseResponse:
    """Release the lock without a token: the lock id alone permits it.

    For `navigator.sendBeacon` of a closing page, which can send no headers.
    """
    return _released(request.body, appointment_id, request.session.principal if request.session else None)


def _released(form: ReleaseLock, appointment_id: str, principal: Principal | None) -> ReleaseResponse:
    version = leases.release(
        appointment_id, form.lock_id, principal=principal, expected_version=form.expected_version
    )
    return ReleaseResponse(appointment_id, None, version)


@endpoint(body=MoveLock, response=LockResponse, errors=(NotLocked, Locked))
def move_lock(request: Request[MoveLock, None], appointment_id: str) -> LockResponse:
    """Move the caller's own lock to this tab, with a new lock id."""
    return LockResponse(leases.move(Tab(request.principal, request.body.session_id), appointment_id))
