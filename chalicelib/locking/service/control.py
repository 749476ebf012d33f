"""Asking for control, and the holder's answer."""

from dataclasses import replace

from chalicelib.accounts.model import LockPolicy
from chalicelib.accounts.service.tenants import get_lock_policy
from chalicelib.core.clock import Clock, IdFactory, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.locking.model import LockRecord, Tab, Waiter, rules
from chalicelib.locking.model.rules import ControlResponse
from chalicelib.locking.service.repository import (
    default_timeouts,
    load,
    make_lock_id,
    new_secret,
    or_never_locked,
    update_with_retry,
)
from chalicelib.locking.store import conditional_updates


def request_control(
    tab: Tab,
    appointment_id: str,
    *,
    message: str = "",
    policy: LockPolicy | None = None,
    clock: Clock = utc_now,
) -> LockRecord:
    """Ask the holder for control, or get into line behind those who asked before; three calls.

    Asking again changes the message and keeps the place. `policy` is the tenant's own unless it is given.

    Raises:
        NotLocked: nobody holds it, so that it can simply be taken.
        Locked: it is the caller's own.
        LineFull: too many wait already.
        NotFound: there is no such appointment.
    """
    member, now, terms = tab.principal, clock(), default_timeouts()
    key = LockKey(member.tenant_id, appointment_id)
    record = load(key, now)
    chosen = policy or get_lock_policy(member.tenant_id)
    asker = Waiter(
        member_id=tab.member_id,
        user_info=tab.user_info,
        tab_id=tab.tab_id,
        message=message,
        asked_at=now,
        is_admin=member.role == "admin",
        on_timeout=chosen.on_timeout,
    )
    return update_with_retry(
        key,
        record,
        lambda found: rules.request_control(found, tab, asker, now, terms, admins_first=chosen.admins_first),
    )


def withdraw_request(tab: Tab, appointment_id: str, *, clock: Clock = utc_now) -> LockRecord:
    """Ask no longer; who does not ask stays as they are. Two calls.

    Raises:
        NotFound: there is no such appointment.
    """
    now, terms = clock(), default_timeouts()
    key = LockKey(tab.principal.tenant_id, appointment_id)
    return update_with_retry(key, load(key, now), lambda found: rules.withdraw_request(found, tab, now, terms))


def grant(
    appointment_id: str, response: ControlResponse, *, clock: Clock = utc_now, ids: IdFactory = new_secret
) -> LockRecord:
    """Pass the lock to the first in line; one call, two if more wait.

    Raises:
        LockLost: the one who answers does not hold the lock.
        NothingAsked: nobody waits, or somebody else is first by now.
        NotFound: there is no such appointment.
    """
    tenant_id, now, terms = response.holder.tenant_id, clock(), default_timeouts()
    key, lock_id = LockKey(tenant_id, appointment_id), make_lock_id(tenant_id, ids())
    try:
        return conditional_updates.grant(key, response, lock_id, now, terms)
    except conditional_updates.ConditionRefused as refusal:
        record = or_never_locked(key, refusal.record, now)
    return update_with_retry(key, record, lambda found: rules.grant(found, response, lock_id, now, terms))


def deny(appointment_id: str, response: ControlResponse, *, clock: Clock = utc_now) -> LockRecord:
    """Say no to the first in line; two calls.

    Whoever is first at the first look is meant, even if another is by the time of the write: nobody has answered
    that one yet, who may be first because of this very no, its own answer lost.

    Raises:
        LockLost: the one who answers does not hold the lock.
        NothingAsked: nobody waits, or somebody else is first by now.
        NotFound: there is no such appointment.
    """
    now, terms = clock(), default_timeouts()
    key = LockKey(response.holder.tenant_id, appointment_id)
    record = load(key, now)
    if record.waitlist:
        first = record.waitlist[0]
        response = replace(response, member_id=response.member_id or first.member_id, asked_at=first.asked_at)
    return update_with_retry(key, record, lambda found: rules.deny(found, response, now, terms))
