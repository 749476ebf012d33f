"""Asking for control, and the holder's answer."""

from dataclasses import replace

from chalicelib.accounts.model import LockPolicy
from chalicelib.accounts.service import practice
from chalicelib.core import keys
from chalicelib.core.clock import Clock, Ids, utc_now
from chalicelib.locking.model import Asker, LockRecord, Tab, rules
from chalicelib.locking.model.rules import Answer
from chalicelib.locking.service.place import (
    apply,
    default_terms,
    lock_id_in,
    look,
    new_secret,
    standing,
)
from chalicelib.locking.store import quick


def request(
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
    member, now, terms = tab.principal, clock(), default_terms()
    partition = keys.appointment(member.tenant_id, appointment_id)
    record = look(partition, now)
    chosen = policy or practice.lock_policy(member.tenant_id)
    asker = Asker(
        user_id=tab.user_id,
        user_info=tab.user_info,
        session_id=tab.session_id,
        message=message,
        asked_at=now,
        is_admin=member.role == "admin",
        on_timeout=chosen.on_timeout,
    )
    return apply(
        partition,
        record,
        lambda found: rules.request(found, tab, asker, now, terms, admins_first=chosen.admins_first),
    )


def withdraw(tab: Tab, appointment_id: str, *, clock: Clock = utc_now) -> LockRecord:
    """Ask no longer; who does not ask stays as they are. Two calls.

    Raises:
        NotFound: there is no such appointment.
    """
    now, terms = clock(), default_terms()
    partition = keys.appointment(tab.principal.tenant_id, appointment_id)
    return apply(partition, look(partition, now), lambda found: rules.withdraw(found, tab, now, terms))


def grant(appointment_id: str, answer: Answer, *, clock: Clock = utc_now, ids: Ids = new_secret) -> LockRecord:
    """Pass the lock to the first in line; one call, two if more wait.

    Raises:
        LockLost: the one who answers does not hold the lock.
        NothingAsked: nobody waits, or somebody else is first by now.
        NotFound: there is no such appointment.
    """
    tenant_id, now, terms = answer.holder.tenant_id, clock(), default_terms()
    partition, lock_id = keys.appointment(tenant_id, appointment_id), lock_id_in(tenant_id, ids())
    try:
        return quick.grant(partition, answer, lock_id, now, terms)
    except quick.Refused as refusal:
        record = standing(partition, refusal.record, now)
    return apply(partition, record, lambda found: rules.grant(found, answer, lock_id, now, terms))


def deny(appointment_id: str, answer: Answer, *, clock: Clock = utc_now) -> LockRecord:
    """Say no to the first in line; two calls.

    Whoever is first at the first look is meant, even if another is by the time of the write: nobody has answered
    that one yet, who may be first because of this very no, its own answer lost.

    Raises:
        LockLost: the one who answers does not hold the lock.
        NothingAsked: nobody waits, or somebody else is first by now.
        NotFound: there is no such appointment.
    """
    now, terms = clock(), default_terms()
    partition = keys.appointment(answer.holder.tenant_id, appointment_id)
    record = look(partition, now)
    if record.line:
        first = record.line[0]
        answer = replace(answer, user_id=answer.user_id or first.user_id, asked_at=first.asked_at)
    return apply(partition, record, lambda found: rules.deny(found, answer, now, terms))
