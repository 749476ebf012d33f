"""What one can do with a lock: one function per use case, called from HTTP, WebSocket, stream and queue alike."""

from chalicelib.locking.model.rules import Answer, describe
from chalicelib.locking.service.absence import come_back, leave, watch
from chalicelib.locking.service.commands import force_release, take_over
from chalicelib.locking.service.deadlines import follow_up, removed, ring, settle, sweep
from chalicelib.locking.service.dismissal import end_member
from chalicelib.locking.service.fence import add_fence, add_open_fence, lost_at_fence, required
from chalicelib.locking.service.holding import acquire, move, release, renew, status
from chalicelib.locking.service.waiting import deny, grant, request, withdraw
from chalicelib.locking.store import record_of

__all__ = [
    "Answer",
    "acquire",
    "add_fence",
    "add_open_fence",
    "come_back",
    "deny",
    "describe",
    "end_member",
    "follow_up",
    "force_release",
    "grant",
    "leave",
    "lost_at_fence",
    "move",
    "record_of",
    "release",
    "removed",
    "renew",
    "request",
    "required",
    "ring",
    "settle",
    "status",
    "sweep",
    "take_over",
    "watch",
    "withdraw",
]
