"""The waiting line: asking for control, and the holder's answer."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.core.auth import Principal
from chalicelib.locking.model.lock import MOST_WAITING, Asker, LockRecord, Tab
from chalicelib.locking.model.problems import LineFull, Locked, NothingAsked, NotLocked
from chalicelib.locking.model.rules.due import overdue
from chalicelib.locking.model.rules.steps import Terms, actor_of, held, is_done, lined_up, own


def request(
    record: LockRecord, tab: Tab, asker: Asker, now: datetime, terms: Terms, *, admins_first: bool = False
) -> LockRecord:
    """Get into line, or change the words of a request that is in it already.

    Raises:
        NotLocked: there is nothing to wait for.
        Locked: it is the asker's own, in this tab or another.
        LineFull: too many wait.
    """
    lock = record.live_lock(now)
    if lock is None and not overdue(record, now).line:
        raise NotLocked
    if lock and lock.user_id == asker.user_id:
        raise Locked(lock, tab)
    line = _joined(record.line, asker, admins_first=admins_first)
    if len(line) > MOST_WAITING:
        raise LineFull(MOST_WAITING)
    return lined_up(record, line, "requested", now, terms)


def _joined(line: tuple[Asker, ...], asker: Asker, *, admins_first: bool) -> tuple[Asker, ...]:
    for place, one in enumerate(line):
        if one.user_id == asker.user_id:
            return (*line[:place], replace(asker, asked_at=one.asked_at), *line[place + 1 :])
    place = len(line)
    if admins_first and asker.is_admin:
        place = next((place for place, one in enumerate(line) if not one.is_admin), place)
    return (*line[:place], asker, *line[place:])


def withdraw(record: LockRecord, tab: Tab, now: datetime, terms: Terms) -> LockRecord:
    """Leave the line, from whichever tab; who is not in it stays out of it."""
    return struck_off(record, tab.user_id, now, terms)


def struck_off(record: LockRecord, user_id: str, now: datetime, terms: Terms) -> LockRecord:
    """The line without a member; who is not in it stays out of it."""
    line = tuple(one for one in record.line if one.user_id != user_id)
    return record if line == record.line else lined_up(record, line, "withdrawn", now, terms)


@dataclass(frozen=True, slots=True)
class Answer:
    """The holder's answer to the first in line, with a word.

    That must be `user_id` if it is given, and one who asked at `asked_at` if that is.
    """

    holder: Principal
    lock_id: str
    user_id: str | None = None
    message: str | None = None
    asked_at: datetime | None = None

    def is_to(self, first: Asker) -> bool:
        """Whether it can be meant for who is first."""
        return self.user_id in (None, first.user_id) and self.asked_at in (None, first.asked_at)


def deny(record: LockRecord, answer: Answer, now: datetime, terms: Terms) -> LockRecord:
    """Say no to the first in line; the next is asked for.

    Raises:
        LockLost: the one who answers does not hold the lock.
        NothingAsked: nobody waits, or somebody else is first.
    """
    _asked(record, answer, now)
    denied = lined_up(record, record.line[1:], "denied", now, terms)
    return replace(denied, actor=actor_of(answer.holder), reason=answer.message or None)


def grant(record: LockRecord, answer: Answer, lock_id: str, now: datetime, terms: Terms) -> LockRecord:
    """Pass the lock to the first in line, under a new lock id.

    Raises:
        LockLost: the one who answers does not hold the lock.
        NothingAsked: nobody waits, or somebody else is first.
    """
    if is_done(record, lock_id):
        return record
    first, holder = _asked(record, answer, now), actor_of(answer.holder)
    return held(record, first, lock_id, "granted", now, terms, actor=holder, reason=answer.message or None)


def _asked(record: LockRecord, answer: Answer, now: datetime) -> Asker:
    own(record, answer.holder, answer.lock_id, now)
    if not record.line or not answer.is_to(record.line[0]):
        raise NothingAsked
    return record.line[0]
