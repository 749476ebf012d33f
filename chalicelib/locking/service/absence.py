"""Tabs whose connection drops and comes back."""

from collections.abc import Iterable

from chalicelib.core import keys
from chalicelib.core.batch import to_each
from chalicelib.core.clock import Clock, utc_now
from chalicelib.locking.model import LockStatus, Tab, rules
from chalicelib.locking.service.place import Rule, apply, default_terms, look
from chalicelib.locking.store import records


def leave(tab: Tab, followed: Iterable[str] = (), *, clock: Clock = utc_now) -> None:
    """The tab's last connection dropped: what it holds ends with the grace unless it comes back.

    `followed` are the appointments that it had open, where it may wait in line.

    Raises:
        ExceptionGroup: why some locks could not be changed; all others were.
    """
    now, terms = clock(), default_terms()
    _change(tab, followed, lambda found: rules.leave(found, tab, now, terms))


def come_back(tab: Tab, followed: Iterable[str] = (), *, clock: Clock = utc_now) -> None:
    """The tab is connected again: its leases are what they were, and its places in line count again.

    Raises:
        ExceptionGroup: why some locks could not be changed; all others were.
    """
    now = clock()
    _change(tab, followed, lambda found: rules.come_back(found, tab, now))


def watch(tab: Tab, appointment_id: str, *, clock: Clock = utc_now) -> LockStatus:
    """The lock as a tab sees it that has just opened the appointment, perhaps again after it was away; one call,
    two where it was not locked lately, one more if it gets back what it had.

    Raises:
        NotFound: there is no such appointment.
    """
    now, partition = clock(), keys.appointment(tab.principal.tenant_id, appointment_id)
    record = apply(partition, look(partition, now), lambda found: rules.come_back(found, tab, now))
    return rules.describe(record, tab.user_id, now, tab.session_id)


def _change(tab: Tab, followed: Iterable[str], rule: Rule) -> None:
    tenant_id = tab.principal.tenant_id
    open_ones = {keys.appointment(tenant_id, appointment_id) for appointment_id in followed}

    def change(partition: str) -> None:
        record = records.read(partition)
        if record is not None:
            apply(partition, record, rule)

    to_each(open_ones | set(records.held_by(tenant_id, tab.user_id, tab.session_id)), change)
