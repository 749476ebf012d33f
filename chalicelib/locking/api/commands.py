"""What admins may do to others' locks."""

from chalicelib.core.http import Call
from chalicelib.locking.api.shapes import ForceRelease, LockAnswer, Released, TakeOver, routes
from chalicelib.locking.model import LockVersionMismatch, NotLocked, Tab
from chalicelib.locking.service import commands


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/admin-takeover",
    body=TakeOver,
    answers=LockAnswer,
    problems=(NotLocked, LockVersionMismatch),
)
def admin_takeover(call: Call[TakeOver, None], appointment_id: str) -> LockAnswer:
    """Take somebody's lock, for a reason. Their unsaved text is kept for them as a draft."""
    form, tab = call.body, Tab(call.principal, call.body.session_id)
    lock = commands.take_over(tab, appointment_id, reason=form.reason, expected_version=form.expected_version)
    return LockAnswer(lock)


@routes.endpoint(
    "DELETE",
    "/appointments/{appointment_id}/force-release-lock",
    body=ForceRelease,
    answers=Released,
    problems=(NotLocked, LockVersionMismatch),
)
def force_release_lock(call: Call[ForceRelease, None], appointment_id: str) -> Released:
    """Free somebody's lock, for a reason."""
    form = call.body
    version = commands.force_release(
        call.principal, appointment_id, reason=form.reason, expected_version=form.expected_version
    )
    return Released(appointment_id, None, version)
