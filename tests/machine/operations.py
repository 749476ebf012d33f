"""What members do to a lock on paper, and what they are told when it is refused."""

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


def acquire(sheet: ReferenceLock, tab: ModelTab, lock_id: str, now: int, expected: int | None) -> View | None:
    hold = sheet.live_lease(now)
    if hold and hold.tab != tab:
        raise _locked(sheet, hold, tab)
    _require_version(sheet, tab.member, now, expected)
    if not hold:
        line, until = sheet.waitlist_at(now)
        if line and line[0].tab.member != tab.member:
            raise _reserved(sheet, line[0].tab.member, now, until)
        sheet.waitlist = line
    sheet.start_lease(tab, lock_id, "acquired", now)
    return sheet.view(tab.member, tab.tab_id)


def renew(sheet: ReferenceLock, who: ModelMember, lock_id: str, now: int) -> View | None:
    hold = _require_own(sheet, who, lock_id, now)
    hold.renewed, hold.expires, hold.lease_until = now, max(now + LEASE, hold.expires + 1), None
    sheet.write("renewed", now)
    return sheet.view(who)


def release(sheet: ReferenceLock, who: ModelMember | None, lock_id: str, now: int, expected: int | None) -> int:
    hold = sheet.lease
    if hold is None:
        return sheet.version
    if hold.lock_id != lock_id or who not in (None, hold.tab.member):
        raise Rejected("LOCK_LOST", lock=sheet.live_view(who, now) if who else None)
    _require_version(sheet, hold.tab.member, now, expected)
    sheet.end_lease("released", now)
    return sheet.version


def move(sheet: ReferenceLock, tab: ModelTab, lock_id: str, now: int) -> View | None:
    hold = _require_locked(sheet, now)
    if hold.tab.member != tab.member:
        raise _locked(sheet, hold, tab)
    sheet.start_lease(tab, lock_id, "moved", now)
    return sheet.view(tab.member, tab.tab_id)


def take_over(
    sheet: ReferenceLock, tab: ModelTab, lock_id: str, now: int, expected: int, reason: str
) -> View | None:
    _require_admin(sheet, tab.member, now, expected)
    sheet.start_lease(tab, lock_id, "taken_over", now, tab.member, reason)
    return sheet.view(tab.member, tab.tab_id)


def force_release(sheet: ReferenceLock, who: ModelMember, now: int, expected: int, reason: str) -> int:
    # The same command again, because its answer was lost, is the same answer again.
    is_repeat = sheet.is_there and sheet.causes[-1] == (expected + 1, "force_released") and sheet.is_by(who)
    if not (is_repeat and who.is_admin):
        _require_admin(sheet, who, now, expected)
        sheet.end_lease("force_released", now, who, reason)
    return sheet.version


def request(sheet: ReferenceLock, tab: ModelTab, message: str, now: int, policy: ModelPolicy) -> None:
    hold = sheet.live_lease(now)
    if not hold and not sheet.waitlist_at(now)[0]:
        raise Rejected("NOT_LOCKED")
    if hold and hold.tab.member == tab.member:
        raise _locked(sheet, hold, tab)
    mine, line = ModelWaiter(tab, message, now, policy.grant_on_timeout), list(sheet.waitlist)
    askers = [one.tab.member for one in line]
    if tab.member in askers:
        place = askers.index(tab.member)
        line[place] = replace(mine, asked=line[place].asked)
    elif policy.admins_first and tab.member.is_admin:
        line.insert(len(_leading_admins(askers)), mine)
    else:
        line.append(mine)
    sheet.set_waitlist(line, "requested", now)


def withdraw(sheet: ReferenceLock, tab: ModelTab, now: int) -> None:
    line = [one for one in sheet.waitlist if one.tab.member != tab.member]
    if len(line) < len(sheet.waitlist):
        sheet.set_waitlist(line, "withdrawn", now)


@dataclass(frozen=True)
class ControlResponse:
    """A holder's answer, under a lock id, to the first in line who must be `named` if that is given."""

    who: ModelMember
    lock_id: str
    waiter_id: str | None
    text: str | None


def grant(sheet: ReferenceLock, answer: ControlResponse, lock_id: str, now: int) -> None:
    _require_own(sheet, answer.who, answer.lock_id, now)
    sheet.start_lease(_require_first_waiter(sheet, answer).tab, lock_id, "granted", now, answer.who, answer.text)


def deny(sheet: ReferenceLock, answer: ControlResponse, now: int) -> None:
    _require_own(sheet, answer.who, answer.lock_id, now)
    _require_first_waiter(sheet, answer)
    sheet.set_waitlist(sheet.waitlist[1:], "denied", now, answer.who, answer.text)


def disconnect(sheet: ReferenceLock, tab: ModelTab, now: int) -> None:
    """The connection dropped: a hold ends with the grace, and a place in line is not served meanwhile."""
    hold, dropped = sheet.live_lease(now), False
    if hold and hold.tab == tab and hold.expires > now + GRACE:
        hold.lease_until, hold.expires, dropped = hold.lease_until or hold.expires, now + GRACE, True
    for one in sheet.waitlist:
        if one.tab == tab and one.disconnected is None:
            one.disconnected, dropped = now, True
    if dropped:
        sheet.write("disconnected", now)


def reconnect(sheet: ReferenceLock, tab: ModelTab, now: int) -> None:
    """Connected again: everything is as it was."""
    hold, restored = sheet.live_lease(now), False
    if hold and hold.tab == tab and hold.lease_until:
        hold.expires, hold.lease_until, restored = max(hold.lease_until, hold.expires), None, True
    for one in sheet.waitlist:
        if one.tab == tab and one.disconnected is not None:
            one.disconnected, restored = None, True
    if restored:
        sheet.write("reconnected", now)


def save(sheet: ReferenceLock, who: ModelMember, lock_id: str, now: int, *, is_stale: bool) -> None:
    """Only under the lock that runs, and then only of what was seen."""
    _require_own(sheet, who, lock_id, now)
    if is_stale:
        raise Rejected("VERSION_MISMATCH", current=None)


def _leading_admins(askers: list[ModelMember]) -> list[ModelMember]:
    staff = [place for place, who in enumerate(askers) if not who.is_admin]
    return askers[: staff[0]] if staff else askers


def _require_locked(sheet: ReferenceLock, now: int) -> ModelLease:
    hold = sheet.live_lease(now)
    if hold is None:
        raise Rejected("NOT_LOCKED")
    return hold


def _require_own(sheet: ReferenceLock, who: ModelMember, lock_id: str, now: int) -> ModelLease:
    hold = sheet.live_lease(now)
    if hold is None or (hold.lock_id, hold.tab.member) != (lock_id, who):
        raise Rejected("LOCK_LOST", lock=sheet.live_view(who, now))
    return hold


def _require_first_waiter(sheet: ReferenceLock, answer: ControlResponse) -> ModelWaiter:
    if not sheet.waitlist or answer.waiter_id not in (None, sheet.waitlist[0].tab.member.member_id):
        raise Rejected("NOTHING_ASKED")
    return sheet.waitlist[0]


def _require_version(sheet: ReferenceLock, viewer: ModelMember, now: int, expected: int | None) -> None:
    if expected not in (None, sheet.version):
        raise Rejected("VERSION_MISMATCH", current=sheet.status(viewer, now))


def _require_admin(sheet: ReferenceLock, who: ModelMember, now: int, expected: int) -> None:
    if not who.is_admin:
        raise Rejected("FORBIDDEN")
    _require_version(sheet, who, now, expected)
    _require_locked(sheet, now)


def _locked(sheet: ReferenceLock, hold: ModelLease, tab: ModelTab) -> Rejected:
    same = hold.tab.member == tab.member
    return Rejected("LOCKED", lock=sheet.view(tab.member, tab.tab_id), sameUser=same)


def _reserved(sheet: ReferenceLock, first: ModelMember, now: int, until: int) -> Rejected:
    lock = {
        **first.view(),
        "version": sheet.version,
        "lock_id": None,
        "session": None,
        "acquired": now,
        "renewed": now,
        "expires": until,
        "asked": None,
    }
    return Rejected("LOCKED", lock=lock, sameUser=False, reserved=True)
