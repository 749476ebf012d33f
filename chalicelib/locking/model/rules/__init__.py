"""What may become of a lock: each rule takes the record as it stands and gives the one to write in its place.

They are pure, and they are the whole truth: the store's quick writes are conditional updates that do what a rule
would do in the usual case that nobody waits in line. A rule that returns the record it was given wants no write:
the lock is as it should be, also where the caller's own write did happen and only its answer was lost on the way.
"""

from chalicelib.locking.model.rules.admin import AdminOverride, evict_member, force_release, take_over
from chalicelib.locking.model.rules.disconnect import disconnect, reconnect
from chalicelib.locking.model.rules.expiry import apply_due_transition, expire
from chalicelib.locking.model.rules.lease import ReleaseRequest, acquire, move, release, renew
from chalicelib.locking.model.rules.transitions import LockRequest, Timeouts, actor_of, to_status
from chalicelib.locking.model.rules.waitlist import ControlResponse, deny, grant, request_control, withdraw_request

__all__ = [
    "AdminOverride",
    "ControlResponse",
    "LockRequest",
    "ReleaseRequest",
    "Timeouts",
    "acquire",
    "actor_of",
    "apply_due_transition",
    "deny",
    "disconnect",
    "evict_member",
    "expire",
    "force_release",
    "grant",
    "move",
    "reconnect",
    "release",
    "renew",
    "request_control",
    "take_over",
    "to_status",
    "withdraw_request",
]
