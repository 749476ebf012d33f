"""What the product says, in the words of the paper: plain values, instants in milliseconds."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.core.clock import to_ms
from chalicelib.core.errors import Problem
from chalicelib.locking.model import Actor, Asker, ControlRequest, Lock, LockRecord, LockStatus
from tests.machine.nouns import Refusal, Seen, Waiting, Who
from tests.machine.paper import Sheet


def outcome(act: Callable[[], object]) -> tuple[str, object]:
    """What came of it: done, with what was given; or the problem's code, with its evidence."""
    try:
        return "done", plain(act())
    except Refusal as refusal:
        return refusal.code, refusal.evidence
    except Problem as problem:
        return problem.code, {name: plain(value) for name, value in problem.evidence.items()}


def plain(value: Any) -> object:
    """An answer or a piece of evidence. Of a whole record and of a save it is enough that it came."""
    if isinstance(value, Lock):
        return lock(value)
    if isinstance(value, LockStatus):
        return status(value)
    return value if isinstance(value, bool | int | str | dict) else None


def lock(found: Lock) -> Seen:
    """A lock as it is shown."""
    return {
        "user": found.user_id,
        "name": found.user_info.name,
        "email": found.user_info.email,
        "version": found.version,
        "lock_id": found.lock_id,
        "session": found.session_id,
        "acquired": to_ms(found.acquired_at),
        "renewed": to_ms(found.renewed_at),
        "expires": to_ms(found.expires_at),
        "asked": _asked(found.control_request) if found.control_request else None,
    }


def _asked(found: ControlRequest) -> Seen:
    return {
        "user": found.user_id,
        "name": found.user_info.name,
        "email": found.user_info.email,
        "session": found.session_id,
        "message": found.message,
        "until": to_ms(found.expires_at),
    }


def status(found: LockStatus) -> Seen:
    """Lock-status."""
    return {
        "state": found.state,
        "lock": lock(found.lock) if found.lock else None,
        "version": found.version,
    }


def written(found: LockRecord) -> Seen:
    """All that is written of a lock."""
    held = found.lock
    return {
        "version": found.version,
        "changed": to_ms(found.changed_at),
        "lock": lock(held) if held else None,
        "until": _ms(found.lease_until),
        "line": [_waiting(one) for one in found.line],
        "asked_until": _ms(found.control_expires_at),
        "turn_until": _ms(found.turn_ends_at),
        "by": _actor(found.actor, found.reason),
    }


def _waiting(one: Asker) -> Seen:
    return {
        "user": one.user_id,
        "name": one.user_info.name,
        "email": one.user_info.email,
        "session": one.session_id,
        "message": one.message,
        "asked": to_ms(one.asked_at),
        "admin": one.is_admin,
        "grants": one.on_timeout == "grant",
        "gone": _ms(one.gone_at),
    }


def _actor(actor: Actor | None, reason: str | None) -> object:
    if actor is None:
        return reason
    return {"user": actor.user_id, "name": actor.user_info.name, "email": actor.user_info.email}, reason


def _ms(instant: datetime | None) -> int | None:
    return to_ms(instant) if instant else None


def written_on(sheet: Sheet) -> Seen:
    """The same of the paper."""
    hold = sheet.hold
    whole = sheet.seen(hold.tab.who, hold.tab.session) if hold else None
    return {
        "version": sheet.version,
        "changed": sheet.changed,
        "lock": whole and {**whole, "asked": None},
        "until": hold.until if hold else None,
        "line": [_waiting_on(one) for one in sheet.line],
        "asked_until": sheet.asked_until,
        "turn_until": sheet.turn_until,
        "by": _by(sheet.by),
    }


def _waiting_on(one: Waiting) -> Seen:
    return {
        **one.tab.who.seen(),
        "session": one.tab.session,
        "message": one.message,
        "asked": one.asked,
        "admin": one.tab.who.is_admin,
        "grants": one.grants,
        "gone": one.gone,
    }


def _by(by: tuple[Who, str | None] | None) -> object:
    return None if by is None else (by[0].seen(), by[1])
