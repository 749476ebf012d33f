"""What may become of a lock: each rule takes the record as it stands and gives the one to write in its place.

They are pure, and they are the whole truth: the store's quick writes are conditional updates that do what a rule
would do in the usual case that nobody waits in line. A rule that returns the record it was given wants no write:
the lock is as it should be, also where the caller's own write did happen and only its answer was lost on the way.
"""

from chalicelib.locking.model.rules.absence import come_back, leave
from chalicelib.locking.model.rules.commands import Command, dismiss, force_release, take_over
from chalicelib.locking.model.rules.due import expire, settle
from chalicelib.locking.model.rules.holding import Surrender, acquire, move, release, renew
from chalicelib.locking.model.rules.steps import Claim, Terms, actor_of, describe
from chalicelib.locking.model.rules.waiting import Answer, deny, grant, request, withdraw

__all__ = [
    "Answer",
    "Claim",
    "Command",
    "Surrender",
    "Terms",
    "acquire",
    "actor_of",
    "come_back",
    "deny",
    "describe",
    "dismiss",
    "expire",
    "force_release",
    "grant",
    "leave",
    "move",
    "release",
    "renew",
    "request",
    "settle",
    "take_over",
    "withdraw",
]
