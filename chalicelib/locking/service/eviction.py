"""The locks of a deactivated member."""

from chalicelib.accounts.model import Deactivation
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.events.batch import for_each
from chalicelib.locking.model import rules
from chalicelib.locking.service.leases import default_timeouts
from chalicelib.locking.service.repository import update_if_stored
from chalicelib.locking.store import records

REASON = "account deactivated"


def evict_member(deactivation: Deactivation, *, clock: Clock = utc_now) -> None:
    """Free all locks of a deactivated member and leave every waitlist.

    One call to find the leases, one for each shard of the deadlines to find the waitlists, and two for each lock
    that changes. The indexes are eventually consistent: a missed request lapses or becomes a lease, and the stream
    handler checks for each new lease that its member is active.

    Raises:
        ExceptionGroup: some locks failed; all others were updated.
    """
    now, timeouts, admin = clock(), default_timeouts(), rules.actor_of(deactivation.by)
    tenant_id, member_id = deactivation.tenant_id, deactivation.member_id

    def evict(key: LockKey) -> None:
        update_if_stored(key, lambda found: rules.evict_member(found, member_id, admin, REASON, now, timeouts))

    for_each({*records.find_held_by(tenant_id, member_id), *records.find_awaited_by(tenant_id, member_id)}, evict)
