"""What members do to a lock on paper, and what they are told when it is refused."""

from dataclasses import dataclass, replace

from tests.machine.nouns import GRACE, LEASE, At, Hold, Policy, Refusal, Seen, Waiting, Who
from tests.machine.paper import Sheet


def acquire(sheet: Sheet, tab: At, lock_id: str, now: int, expected: int | None) -> Seen | None:
    hold = sheet.running(now)
    if hold and hold.tab != tab:
        raise _locked(sheet, hold, tab)
    _expect(sheet, tab.who, now, expected)
    if not hold:
        line, until = sheet.waiting_at(now)
        if line and line[0].tab.who != tab.who:
            raise _reserved(sheet, line[0].tab.who, now, until)
        sheet.line = line
    sheet.begin(tab, lock_id, "acquired", now)
    return sheet.seen(tab.who, tab.session)


def renew(sheet: Sheet, who: Who, lock_id: str, now: int) -> Seen | None:
    hold = _own(sheet, who, lock_id, now)
    hold.renewed, hold.expires, hold.until = now, max(now + LEASE, hold.expires + 1), None
    sheet.write("renewed", now)
    return sheet.seen(who)


def release(sheet: Sheet, who: Who | None, lock_id: str, now: int, expected: int | None) -> int:
    hold = sheet.hold
    if hold is None:
        return sheet.version
    if hold.lock_id != lock_id or who not in (None, hold.tab.who):
        raise Refusal("LOCK_LOST", lock=sheet.seen_running(who, now) if who else None)
    _expect(sheet, hold.tab.who, now, expected)
    sheet.end("released", now)
    return sheet.version


def move(sheet: Sheet, tab: At, lock_id: str, now: int) -> Seen | None:
    hold = _held(sheet, now)
    if hold.tab.who != tab.who:
        raise _locked(sheet, hold, tab)
    sheet.begin(tab, lock_id, "moved", now)
    return sheet.seen(tab.who, tab.session)


def take_over(sheet: Sheet, tab: At, lock_id: str, now: int, expected: int, reason: str) -> Seen | None:
    _command(sheet, tab.who, now, expected)
    sheet.begin(tab, lock_id, "taken_over", now, tab.who, reason)
    return sheet.seen(tab.who, tab.session)


def force_release(sheet: Sheet, who: Who, now: int, expected: int, reason: str) -> int:
    # The same command again, because its answer was lost, is the same answer again.
    is_repeat = sheet.is_there and sheet.story[-1] == (expected + 1, "force_released") and sheet.is_by(who)
    if not (is_repeat and who.is_admin):
        _command(sheet, who, now, expected)
        sheet.end("force_released", now, who, reason)
    return sheet.version


def request(sheet: Sheet, tab: At, message: str, now: int, policy: Policy) -> None:
    hold = sheet.running(now)
    if not hold and not sheet.waiting_at(now)[0]:
        raise Refusal("NOT_LOCKED")
    if hold and hold.tab.who == tab.who:
        raise _locked(sheet, hold, tab)
    mine, line = Waiting(tab, message, now, policy.grants), list(sheet.line)
    askers = [one.tab.who for one in line]
    if tab.who in askers:
        place = askers.index(tab.who)
        line[place] = replace(mine, asked=line[place].asked)
    elif policy.admins_first and tab.who.is_admin:
        line.insert(len(_leading_admins(askers)), mine)
    else:
        line.append(mine)
    sheet.line_up(line, "requested", now)


def withdraw(sheet: Sheet, tab: At, now: int) -> None:
    line = [one for one in sheet.line if one.tab.who != tab.who]
    if len(line) < len(sheet.line):
        sheet.line_up(line, "withdrawn", now)


@dataclass(frozen=True)
class Word:
    """A holder's answer, under a lock id, to the first in line who must be `named` if that is given."""

    who: Who
    lock_id: str
    named: str | None
    text: str | None


def grant(sheet: Sheet, answer: Word, lock_id: str, now: int) -> None:
    _own(sheet, answer.who, answer.lock_id, now)
    sheet.begin(_first(sheet, answer).tab, lock_id, "granted", now, answer.who, answer.text)


def deny(sheet: Sheet, answer: Word, now: int) -> None:
    _own(sheet, answer.who, answer.lock_id, now)
    _first(sheet, answer)
    sheet.line_up(sheet.line[1:], "denied", now, answer.who, answer.text)


def leave(sheet: Sheet, tab: At, now: int) -> None:
    """The connection dropped: a hold ends with the grace, and a place in line is not served meanwhile."""
    hold, dropped = sheet.running(now), False
    if hold and hold.tab == tab and hold.expires > now + GRACE:
        hold.until, hold.expires, dropped = hold.until or hold.expires, now + GRACE, True
    for one in sheet.line:
        if one.tab == tab and one.gone is None:
            one.gone, dropped = now, True
    if dropped:
        sheet.write("disconnected", now)


def come_back(sheet: Sheet, tab: At, now: int) -> None:
    """Connected again: everything is as it was."""
    hold, restored = sheet.running(now), False
    if hold and hold.tab == tab and hold.until:
        hold.expires, hold.until, restored = max(hold.until, hold.expires), None, True
    for one in sheet.line:
        if one.tab == tab and one.gone is not None:
            one.gone, restored = None, True
    if restored:
        sheet.write("reconnected", now)


def save(sheet: Sheet, who: Who, lock_id: str, now: int, *, is_stale: bool) -> None:
    """Only under the lock that runs, and then only of what was seen."""
    _own(sheet, who, lock_id, now)
    if is_stale:
        raise Refusal("VERSION_MISMATCH", current=None)


def _leading_admins(askers: list[Who]) -> list[Who]:
    staff = [place for place, who in enumerate(askers) if not who.is_admin]
    return askers[: staff[0]] if staff else askers


def _held(sheet: Sheet, now: int) -> Hold:
    hold = sheet.running(now)
    if hold is None:
        raise Refusal("NOT_LOCKED")
    return hold


def _own(sheet: Sheet, who: Who, lock_id: str, now: int) -> Hold:
    hold = sheet.running(now)
    if hold is None or (hold.lock_id, hold.tab.who) != (lock_id, who):
        raise Refusal("LOCK_LOST", lock=sheet.seen_running(who, now))
    return hold


def _first(sheet: Sheet, answer: Word) -> Waiting:
    if not sheet.line or answer.named not in (None, sheet.line[0].tab.who.user_id):
        raise Refusal("NOTHING_ASKED")
    return sheet.line[0]


def _expect(sheet: Sheet, viewer: Who, now: int, expected: int | None) -> None:
    if expected not in (None, sheet.version):
        raise Refusal("VERSION_MISMATCH", current=sheet.status(viewer, now))


def _command(sheet: Sheet, who: Who, now: int, expected: int) -> None:
    if not who.is_admin:
        raise Refusal("FORBIDDEN")
    _expect(sheet, who, now, expected)
    _held(sheet, now)


def _locked(sheet: Sheet, hold: Hold, tab: At) -> Refusal:
    same = hold.tab.who == tab.who
    return Refusal("LOCKED", lock=sheet.seen(tab.who, tab.session), sameUser=same)


def _reserved(sheet: Sheet, first: Who, now: int, until: int) -> Refusal:
    lock = {
        **first.seen(),
        "version": sheet.version,
        "lock_id": None,
        "session": None,
        "acquired": now,
        "renewed": now,
        "expires": until,
        "asked": None,
    }
    return Refusal("LOCKED", lock=lock, sameUser=False, reserved=True)
