"""The rules of a lock: the current record in, the next record or a refusal out.

They are pure and complete; the conditional updates of the store repeat three of them for a lock without a
waitlist. A rule that returns the given record requires no write, for example when an applied request is repeated
after a lost response.
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
