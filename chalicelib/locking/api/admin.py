"""An admin's overrides of other members' locks."""

from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.locking.api.schemas import ForceRelease, LockResponse, ReleaseResponse, TakeOver
from chalicelib.locking.model import LockVersionMismatch, NotLocked, Tab
from chalicelib.locking.service import admin


@endpoint(body=TakeOver, response=LockResponse, errors=(NotLocked, LockVersionMismatch))
def admin_takeover(request: Request[TakeOver, None], appointment_id: str) -> LockResponse:
    """Take over another member's lock, for a reason.

    The member's unsaved text stays as a draft.
    """
    form, tab = request.body, Tab(request.principal, request.body.session_id)
    lock = admin.take_over(tab, appointment_id, reason=form.reason, expected_version=form.expected_version)
    return LockResponse(lock)


@endpoint(body=ForceRelease, response=ReleaseResponse, errors=(NotLocked, LockVersionMismatch))
def force_release_lock(request: Request[ForceRelease, None], appointment_id: str) -> ReleaseResponse:
    """Free another member's lock, for a reason."""
    form = request.body
    version = admin.force_release(
        request.principal, appointment_id, reason=form.reason, expected_version=form.expected_version
    )
    return ReleaseResponse(appointment_id, None, version)
