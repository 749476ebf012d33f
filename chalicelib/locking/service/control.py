"""Control requests, and the holder's response to them."""

from dataclasses import replace

from chalicelib.accounts.model import LockPolicy
from chalicelib.accounts.service.tenants import get_lock_policy
from chalicelib.core.clock import Clock, IdFactory, new_secret, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.locking.model import LockRecord, Tab, Waiter, rules
from chalicelib.locking.model.rules import ControlResponse
from chalicelib.locking.service.leases import default_timeouts, make_lock_id
from chalicelib.locking.service.repository import load, update, update_with_retry


def request_control(
    tab: Tab,
    appointment_id: str,
    *,
    message: str = "",
    policy: LockPolicy | None = None,
    clock: Clock = utc_now,
) -> LockRecord:
    """Request control from the holder, or join the waitlist behind earlier requests.

    Three calls.

    A repeated request changes the message and keeps the position. `policy` defaults to the tenant's own.

    Raises:
        NotLocked: the lock is free, so the caller can acquire it.
        Locked: the caller holds the lock.
        WaitlistFull: the waitlist has its maximum length.
        NotFound: there is no such appointment.
    """
    member, now, timeouts = tab.principal, clock(), default_timeouts()
    key = LockKey(member.tenant_id, appointment_id)
    record = load(key, now)
    chosen = policy or get_lock_policy(member.tenant_id)
    waiter = Waiter(
        member_id=tab.member_id,
        user_info=tab.user_info,
        tab_id=tab.tab_id,
        message=message,
        asked_at=now,
        is_admin=member.role == "admin",
        on_timeout=chosen.on_timeout,
    )

    def rule(found: LockRecord) -> LockRecord:
        return rules.request_control(found, tab, waiter, now, timeouts, admins_first=chosen.admins_first)

    return update_with_retry(key, record, rule)


def withdraw_request(tab: Tab, appointment_id: str, *, clock: Clock = utc_now) -> LockRecord:
    """Withdraw the caller's request; two calls. Without a request nothing changes.

    Raises:
        NotFound: there is no such appointment.
    """
    now, timeouts = clock(), default_timeouts()
    key = LockKey(tab.principal.tenant_id, appointment_id)
    return update(key, now, lambda found: rules.withdraw_request(found, tab, now, timeouts))


def grant(
    appointment_id: str, response: ControlResponse, *, clock: Clock = utc_now, ids: IdFactory = new_secret
) -> LockRecord:
    """Pass the lock to the first waiter; two calls.

    Raises:
        LockLost: the responding member does not hold the lock.
        NoControlRequest: nobody waits, or another member is first by now.
        NotFound: there is no such appointment.
    """
    tenant_id, now, timeouts = response.holder.tenant_id, clock(), default_timeouts()
    key, lock_id = LockKey(tenant_id, appointment_id), make_lock_id(tenant_id, ids())
    return update(key, now, lambda found: rules.grant(found, response, lock_id, now, timeouts))


def deny(appointment_id: str, response: ControlResponse, *, clock: Clock = utc_now) -> LockRecord:
    """Deny the request of the first waiter; two calls.

    The response is bound to the first waiter of the first read. A repeat after a lost response must not deny the
    next waiter.

    Raises:
        LockLost: the responding member does not hold the lock.
        NoControlRequest: nobody waits, or another member is first by now.
        NotFound: there is no such appointment.
    """
    now, timeouts = clock(), default_timeouts()
    key = LockKey(response.holder.tenant_id, appointment_id)
    record = load(key, now)
    if record.waitlist:
        first = record.waitlist[0]
        response = replace(response, member_id=response.member_id or first.member_id, asked_at=first.asked_at)
    return update_with_retry(key, record, lambda found: rules.deny(found, response, now, timeouts))
