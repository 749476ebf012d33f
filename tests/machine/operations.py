"""Operations of members on the reference model; each raises `Rejected` where the contract rejects it."""

from dataclasses import dataclass, replace

from tests.machine.model_types import (
    GRACE,
    LEASE,
    ModelLease,
    ModelMember,
    ModelPolicy,
    ModelTab,
    ModelWaiter,
    Rejected,
    View,
)
from tests.machine.reference_model import ReferenceLock


def acquire(model: ReferenceLock, tab: ModelTab, lock_id: str, now: int, expected: int | None) -> View | None:
    lease = model.live_lease(now)
    if lease and lease.tab != tab:
        raise _locked(model, lease, tab)
    _require_version(model, tab.member, now, expected)
    if not lease:
        waitlist, until = model.waitlist_at(now)
        if waitlist and waitlist[0].tab.member != tab.member:
            raise _reserved(model, waitlist[0].tab.member, now, until)
        model.waitlist = waitlist
    model.start_lease(tab, lock_id, "acquired", now)
    return model.view(tab.member, tab.tab_id)


def renew(model: ReferenceLock, member: ModelMember, lock_id: str, now: int) -> View | None:
    lease = _require_own(model, member, lock_id, now)
    lease.renewed, lease.expires, lease.lease_until = now, max(now + LEASE, lease.expires + 1), None
    model.write("renewed", now)
    return model.view(member)


def release(model: ReferenceLock, member: ModelMember | None, lock_id: str, now: int, expected: int | None) -> int:
    lease = model.lease
    if lease is None:
        return model.version
    if lease.lock_id != lock_id or member not in (None, lease.tab.member):
        raise Rejected("LOCK_LOST", lock=model.live_view(member, now) if member else None)
    _require_version(model, lease.tab.member, now, expected)
    model.end_lease("released", now)
    return model.version


def move(model: ReferenceLock, tab: ModelTab, lock_id: str, now: int) -> View | None:
    lease = _require_locked(model, now)
    if lease.tab.member != tab.member:
        raise _locked(model, lease, tab)
    model.start_lease(tab, lock_id, "moved", now)
    return model.view(tab.member, tab.tab_id)


def take_over(
    model: ReferenceLock, tab: ModelTab, lock_id: str, now: int, expected: int, reason: str
) -> View | None:
    _require_admin(model, tab.member, now, expected)
    model.start_lease(tab, lock_id, "taken_over", now, tab.member, reason)
    return model.view(tab.member, tab.tab_id)


def force_release(model: ReferenceLock, member: ModelMember, now: int, expected: int, reason: str) -> int:
    # A repeated command, whose response was lost, has the same result.
    is_repeat = model.is_there and model.causes[-1] == (expected + 1, "force_released") and model.is_by(member)
    if not (is_repeat and member.is_admin):
        _require_admin(model, member, now, expected)
        model.end_lease("force_released", now, member, reason)
    return model.version


def request(model: ReferenceLock, tab: ModelTab, message: str, now: int, policy: ModelPolicy) -> None:
    lease = model.live_lease(now)
    if not lease and not model.waitlist_at(now)[0]:
        raise Rejected("NOT_LOCKED")
    if lease and lease.tab.member == tab.member:
        raise _locked(model, lease, tab)
    mine, waitlist = ModelWaiter(tab, message, now, policy.grant_on_timeout), list(model.waitlist)
    waiters = [one.tab.member for one in waitlist]
    if tab.member in waiters:
        place = waiters.index(tab.member)
        waitlist[place] = replace(mine, asked=waitlist[place].asked)
    elif policy.admins_first and tab.member.is_admin:
        waitlist.insert(len(_leading_admins(waiters)), mine)
    else:
        waitlist.append(mine)
    model.set_waitlist(waitlist, "requested", now)


def withdraw(model: ReferenceLock, tab: ModelTab, now: int) -> None:
    waitlist = [one for one in model.waitlist if one.tab.member != tab.member]
    if len(waitlist) < len(model.waitlist):
        model.set_waitlist(waitlist, "withdrawn", now)


@dataclass(frozen=True)
class ControlResponse:
    """A holder's response to the first waiter, who must be `waiter_id` if that is given."""

    member: ModelMember
    lock_id: str
    waiter_id: str | None
    text: str | None


def grant(model: ReferenceLock, response: ControlResponse, lock_id: str, now: int) -> None:
    _require_own(model, response.member, response.lock_id, now)
    model.start_lease(
        _require_first_waiter(model, response).tab, lock_id, "granted", now, response.member, response.text
    )


def deny(model: ReferenceLock, response: ControlResponse, now: int) -> None:
    _require_own(model, response.member, response.lock_id, now)
    _require_first_waiter(model, response)
    model.set_waitlist(model.waitlist[1:], "denied", now, response.member, response.text)


def disconnect(model: ReferenceLock, tab: ModelTab, now: int) -> None:
    """Drop a connection: the lease ends after the grace, and the waiter is skipped meanwhile."""
    lease, dropped = model.live_lease(now), False
    if lease and lease.tab == tab and lease.expires > now + GRACE:
        lease.lease_until, lease.expires, dropped = lease.lease_until or lease.expires, now + GRACE, True
    for one in model.waitlist:
        if one.tab == tab and one.disconnected is None:
            one.disconnected, dropped = now, True
    if dropped:
        model.write("disconnected", now)


def reconnect(model: ReferenceLock, tab: ModelTab, now: int) -> None:
    """Reconnect: restore lease and place."""
    lease, restored = model.live_lease(now), False
    if lease and lease.tab == tab and lease.lease_until:
        lease.expires, lease.lease_until, restored = max(lease.lease_until, lease.expires), None, True
    for one in model.waitlist:
        if one.tab == tab and one.disconnected is not None:
            one.disconnected, restored = None, True
    if restored:
        model.write("reconnected", now)


def save(model: ReferenceLock, member: ModelMember, lock_id: str, now: int, *, is_stale: bool) -> None:
    """Save under a live lease, at the current version."""
    _require_own(model, member, lock_id, now)
    if is_stale:
        raise Rejected("VERSION_MISMATCH", current=None)


def _leading_admins(waiters: list[ModelMember]) -> list[ModelMember]:
    staff = [place for place, member in enumerate(waiters) if not member.is_admin]
    return waiters[: staff[0]] if staff else waiters


def _require_locked(model: ReferenceLock, now: int) -> ModelLease:
    lease = model.live_lease(now)
    if lease is None:
        raise Rejected("NOT_LOCKED")
    return lease


def _require_own(model: ReferenceLock, member: ModelMember, lock_id: str, now: int) -> ModelLease:
    lease = model.live_lease(now)
    if lease is None or (lease.lock_id, lease.tab.member) != (lock_id, member):
        raise Rejected("LOCK_LOST", lock=model.live_view(member, now))
    return lease


def _require_first_waiter(model: ReferenceLock, response: ControlResponse) -> ModelWaiter:
    if not model.waitlist or response.waiter_id not in (None, model.waitlist[0].tab.member.member_id):
        raise Rejected("NOTHING_ASKED")
    return model.waitlist[0]


def _require_version(model: ReferenceLock, viewer: ModelMember, now: int, expected: int | None) -> None:
    if expected not in (None, model.version):
        raise Rejected("VERSION_MISMATCH", current=model.status(viewer, now))


def _require_admin(model: ReferenceLock, member: ModelMember, now: int, expected: int) -> None:
    if not member.is_admin:
        raise Rejected("FORBIDDEN")
    _require_version(model, member, now, expected)
    _require_locked(model, now)


def _locked(model: ReferenceLock, lease: ModelLease, tab: ModelTab) -> Rejected:
    same = lease.tab.member == tab.member
    return Rejected("LOCKED", lock=model.view(tab.member, tab.tab_id), sameUser=same)


def _reserved(model: ReferenceLock, first: ModelMember, now: int, until: int) -> Rejected:
    lock = {
        **first.view(),
        "version": model.version,
        "lock_id": None,
        "session": None,
        "acquired": now,
        "renewed": now,
        "expires": until,
        "asked": None,
    }
    return Rejected("LOCKED", lock=lock, sameUser=False, reserved=True)
