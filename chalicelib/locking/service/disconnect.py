"""The locks of tabs that lose their connection or reconnect."""

from collections.abc import Iterable

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.events.batch import for_each
from chalicelib.locking.model import LockStatus, Tab, rules
from chalicelib.locking.service.leases import default_timeouts
from chalicelib.locking.service.repository import Rule, update, update_if_stored
from chalicelib.locking.store import records


def disconnect(tab: Tab, followed: Iterable[str] = (), *, clock: Clock = utc_now) -> None:
    """Shorten the leases of a tab that lost its last connection to the grace time.

    `followed` are the appointments that the tab had open, where it may be in the waitlist.

    Raises:
        ExceptionGroup: some locks failed; all others were updated.
    """
    now, timeouts = clock(), default_timeouts()
    _update_each(tab, followed, lambda found: rules.disconnect(found, tab, now, timeouts))


def reconnect(tab: Tab, followed: Iterable[str] = (), *, clock: Clock = utc_now) -> None:
    """Restore the leases and waitlist positions of a tab that reconnected.

    Raises:
        ExceptionGroup: some locks failed; all others were updated.
    """
    now = clock()
    _update_each(tab, followed, lambda found: rules.reconnect(found, tab, now))


def open_appointment(tab: Tab, appointment_id: str, *, clock: Clock = utc_now) -> LockStatus:
    """Return the lock as the opening tab sees it, and restore the tab's lease.

    One call, two if the lock has no item, one more for a restored lease.

    Raises:
        NotFound: there is no such appointment.
    """
    now, key = clock(), LockKey(tab.principal.tenant_id, appointment_id)
    record = update(key, now, lambda found: rules.reconnect(found, tab, now))
    return rules.to_status(record, tab.member_id, now, tab.tab_id)


def _update_each(tab: Tab, followed: Iterable[str], rule: Rule) -> None:
    tenant_id = tab.principal.tenant_id
    open_keys = {LockKey(tenant_id, appointment_id) for appointment_id in followed}

    held_keys = set(records.find_held_by(tenant_id, tab.member_id, tab.tab_id))
    for_each(open_keys | held_keys, lambda key: update_if_stored(key, rule))
