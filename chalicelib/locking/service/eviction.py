"""The locks of a member whose account has ended."""

from chalicelib.accounts.model import Deactivation
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.events.batch import for_each
from chalicelib.locking.model import rules
from chalicelib.locking.service.repository import default_timeouts, update_with_retry
from chalicelib.locking.store import records

REASON = "account deactivated"


def evict_member(ended: Deactivation, *, clock: Clock = utc_now) -> None:
    """Free all that a deactivated member holds, in the name of the admin who deactivated them, and take them out
    of every line. Repeats are harmless.

    It takes a call to find what they hold, one for each shard of the deadlines to find where they wait, and two
    for each lock that changes. What the indexes do not show yet stays: a request then lapses or becomes a hold,
    and whoever sees a hold begin is to look whether its member is still active.

    Raises:
        ExceptionGroup: why some locks could not be changed; all others were.
    """
    now, terms, admin = clock(), default_timeouts(), rules.actor_of(ended.by)

    def dismiss(key: LockKey) -> None:
        record = records.read(key)
        if record is not None:
            update_with_retry(
                key, record, lambda found: rules.evict_member(found, ended.member_id, admin, REASON, now, terms)
            )

    member = ended.tenant_id, ended.member_id
    for_each({*records.find_held_by(*member), *records.find_awaited_by(*member)}, dismiss)
