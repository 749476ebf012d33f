"""The product's results as plain values, comparable with the reference model."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.core.clock import to_ms
from chalicelib.core.http.errors import Problem
from chalicelib.locking.model import Actor, ControlRequest, Lock, LockRecord, LockStatus, Waiter
from tests.machine.model_types import ModelMember, ModelWaiter, Rejected, View
from tests.machine.reference_model import ReferenceLock


def outcome(act: Callable[[], object]) -> tuple[str, object]:
    """Return "done" and the result, or the problem's code and its evidence."""
    try:
        return "done", plain(act())
    except Rejected as rejection:
        return rejection.code, rejection.evidence
    except Problem as problem:
        return problem.code, {name: plain(value) for name, value in problem.extensions.items()}


def plain(value: Any) -> object:
    """Return a result or evidence as plain values; None for a whole record and a saved appointment."""
    if isinstance(value, Lock):
        return lock(value)
    if isinstance(value, LockStatus):
        return status(value)
    return value if isinstance(value, bool | int | str | dict) else None


def lock(found: Lock) -> View:
    """Return a lock as clients see it."""
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


def _asked(found: ControlRequest) -> View:
    return {
        "user": found.user_id,
        "name": found.user_info.name,
        "email": found.user_info.email,
        "session": found.session_id,
        "message": found.message,
        "until": to_ms(found.expires_at),
    }


def status(found: LockStatus) -> View:
    """Return lock-status."""
    return {
        "state": found.state,
        "lock": lock(found.lock) if found.lock else None,
        "version": found.version,
    }


def written(found: LockRecord) -> View:
    """Return everything that is stored of a lock."""
    held = found.lock
    return {
        "version": found.version,
        "changed": to_ms(found.changed_at),
        "lock": lock(held) if held else None,
        "until": _ms(found.lease_until),
        "waitlist": [_waiting(one) for one in found.waitlist],
        "asked_until": _ms(found.control_expires_at),
        "turn_until": _ms(found.reserved_until),
        "by": _actor(found.actor, found.reason),
    }


def _waiting(one: Waiter) -> View:
    return {
        "user": one.member_id,
        "name": one.user_info.name,
        "email": one.user_info.email,
        "session": one.tab_id,
        "message": one.message,
        "asked": to_ms(one.asked_at),
        "admin": one.is_admin,
        "grants": one.on_timeout == "grant",
        "gone": _ms(one.disconnected_at),
    }


def _actor(actor: Actor | None, reason: str | None) -> object:
    if actor is None:
        return reason
    return {"user": actor.user_id, "name": actor.user_info.name, "email": actor.user_info.email}, reason


def _ms(instant: datetime | None) -> int | None:
    return to_ms(instant) if instant else None


def written_on(model: ReferenceLock) -> View:
    """Return the same of the reference model."""
    lease = model.lease
    whole = model.view(lease.tab.member, lease.tab.tab_id) if lease else None
    return {
        "version": model.version,
        "changed": model.changed,
        "lock": whole and {**whole, "asked": None},
        "until": lease.lease_until if lease else None,
        "waitlist": [_waiting_on(one) for one in model.waitlist],
        "asked_until": model.request_expires,
        "turn_until": model.reservation_expires,
        "by": _by(model.by),
    }


def _waiting_on(one: ModelWaiter) -> View:
    return {
        **one.tab.member.view(),
        "session": one.tab.tab_id,
        "message": one.message,
        "asked": one.asked,
        "admin": one.tab.member.is_admin,
        "grants": one.granted_on_timeout,
        "gone": one.disconnected,
    }


def _by(by: tuple[ModelMember, str | None] | None) -> object:
    return None if by is None else (by[0].view(), by[1])
