"""The locks of a member whose account has ended."""

from chalicelib.accounts.model import Deactivation
from chalicelib.core.batch import to_each
from chalicelib.core.clock import Clock, utc_now
from chalicelib.locking.model import rules
from chalicelib.locking.service.place import apply, default_terms
from chalicelib.locking.store import records

REASON = "account deactivated"


def end_member(ended: Deactivation, *, clock: Clock = utc_now) -> None:
    """Free all that a deactivated member holds, in the name of the admin who deactivated them, and take them out
    of every line. Repeats are harmless.

    It takes a call to find what they hold, one for each shard of the deadlines to find where they wait, and two
    for each lock that changes. What the indexes do not show yet stays: a request then lapses or becomes a hold,
    and whoever sees a hold begin is to look whether its member is still active.

    Raises:
        ExceptionGroup: why some locks could not be changed; all others were.
    """
    now, terms, admin = clock(), default_terms(), rules.actor_of(ended.by)

    def dismiss(partition: str) -> None:
        record = records.read(partition)
        if record is not None:
            apply(partition, record, lambda found: rules.dismiss(found, ended.user_id, admin, REASON, now, terms))

    member = ended.tenant_id, ended.user_id
    to_each({*records.held_by(*member), *records.awaited_by(*member)}, dismiss)
