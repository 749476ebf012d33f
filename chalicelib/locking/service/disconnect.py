"""Tabs whose connection drops and comes back."""

from collections.abc import Iterable

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.events.batch import for_each
from chalicelib.locking.model import LockStatus, Tab, rules
from chalicelib.locking.service.repository import Rule, default_timeouts, load, update_with_retry
from chalicelib.locking.store import records


def disconnect(tab: Tab, followed: Iterable[str] = (), *, clock: Clock = utc_now) -> None:
    """The tab's last connection dropped: what it holds ends with the grace unless it comes back.

    `followed` are the appointments that it had open, where it may wait in line.

    Raises:
        ExceptionGroup: why some locks could not be changed; all others were.
    """
    now, terms = clock(), default_timeouts()
    _update_each(tab, followed, lambda found: rules.disconnect(found, tab, now, terms))


def reconnect(tab: Tab, followed: Iterable[str] = (), *, clock: Clock = utc_now) -> None:
    """The tab is connected again: its leases are what they were, and its places in line count again.

    Raises:
        ExceptionGroup: why some locks could not be changed; all others were.
    """
    now = clock()
    _update_each(tab, followed, lambda found: rules.reconnect(found, tab, now))


def open_appointment(tab: Tab, appointment_id: str, *, clock: Clock = utc_now) -> LockStatus:
    """The lock as a tab sees it that has just opened the appointment, perhaps again after it was away; one call,
    two where it was not locked lately, one more if it gets back what it had.

    Raises:
        NotFound: there is no such appointment.
    """
    now, key = clock(), LockKey(tab.principal.tenant_id, appointment_id)
    record = update_with_retry(key, load(key, now), lambda found: rules.reconnect(found, tab, now))
    return rules.to_status(record, tab.member_id, now, tab.tab_id)


def _update_each(tab: Tab, followed: Iterable[str], rule: Rule) -> None:
    tenant_id = tab.principal.tenant_id
    open_ones = {LockKey(tenant_id, appointment_id) for appointment_id in followed}

    def change(key: LockKey) -> None:
        record = records.read(key)
        if record is not None:
            update_with_retry(key, record, rule)

    for_each(open_ones | set(records.find_held_by(tenant_id, tab.member_id, tab.tab_id)), change)
