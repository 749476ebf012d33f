"""Events of locks: for the tabs concerned, and for every follower of the appointment."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Actor, Cause, Lock, LockRecord, Tab, Waiter
from chalicelib.locking.service import deadlines
from chalicelib.locking.service.repository import record_from_image
from chalicelib.realtime.events.event import HasDraft, OutgoingEvent
from chalicelib.realtime.frames.base import Frame
from chalicelib.realtime.frames.locks import (
    AdminTakeover,
    ControlDenied,
    ControlExpired,
    ControlGranted,
    ControlRequested,
    LockFrame,
    LockFrameType,
    LockFree,
)
from chalicelib.realtime.model import LeaseGranted

FRAME_TYPE_OF_CAUSE: dict[Cause, LockFrameType] = {
    "acquired": "lock-acquired",
    "granted": "lock-acquired",
    "moved": "lock-acquired",
    "taken_over": "lock-acquired",
    "released": "lock-released",
    "expired": "lock-released",
    "force_released": "lock-released",
    "renewed": "lock-update",
    "requested": "lock-update",
    "withdrawn": "lock-update",
    "denied": "lock-update",
    "lapsed": "lock-update",
    "passed_over": "lock-update",
    "disconnected": "lock-update",
    "reconnected": "lock-update",
}
# Every follower sees an admin's name and reason; messages between two members stay between them.
_PUBLIC_CAUSES: set[Cause] = {"taken_over", "force_released"}
_LEASE_STARTING_CAUSES: set[Cause] = {"acquired", "granted", "moved", "taken_over"}


def lock_events(
    key: LockKey, old: Image | None, new: Image | None, has_draft: HasDraft
) -> Iterator[OutgoingEvent]:
    """Events of a change of a lock, in order."""
    before = record_from_image(old) if old else None
    after = record_from_image(new) if new else deadlines.after_removal(before) if before else None
    if after is None or after is before:
        return
    change = LockChange(key.tenant_id, before, after)
    # The frames of single tabs first: a client drops frames whose version is not above the last one seen.
    yield from _cause_events(change, has_draft)
    yield from _waitlist_events(change)
    yield OutgoingEvent((key.partition,), _lock_frame(after))


def new_lease_in(record: StreamRecord) -> LeaseGranted | None:
    """Return the lease that a change starts, None if it starts none."""
    key = record.key
    if not isinstance(key, LockKey) or record.new is None:
        return None
    old = record_from_image(record.old) if record.old else None
    change = LockChange(key.tenant_id, old, record_from_image(record.new))
    holder = change.holder
    if holder is None or change.new.cause not in _LEASE_STARTING_CAUSES:
        return None
    waitlist = old.waitlist if old else ()
    was_disconnected = any(waiter.disconnected_at and waiter.is_tab(holder) for waiter in waitlist)
    return LeaseGranted(holder, key.appointment_id, was_disconnected)


@dataclass(frozen=True, slots=True)
class LockChange:
    """A lock before a change, None if it had no item, and after it."""

    tenant_id: str
    old: LockRecord | None
    new: LockRecord

    def tab_of(self, member: Lock | Waiter | None) -> Tab | None:
        """Return the tab of a holder or waiter."""
        tab_id = member.session_id if isinstance(member, Lock) else member.tab_id if member else None
        if member is None or tab_id is None:
            return None
        info = member.user_info
        return Tab(Principal(self.tenant_id, member.actor.user_id, info.email, info.name, "staff"), tab_id)

    @property
    def holder(self) -> Tab | None:
        """The tab that has the lock."""
        return self.tab_of(self.new.lock)

    @property
    def previous_holder(self) -> Tab | None:
        """The tab that had the lock."""
        return self.tab_of(self.old.lock if self.old else None)

    @property
    def first_waiter(self) -> Waiter | None:
        """The waiter that was first before the change."""
        return self.old.waitlist[0] if self.old and self.old.waitlist else None

    def common_fields(self) -> dict[str, Any]:
        """Return the fields that every frame about a lock has."""
        new = self.new
        return {
            "at": new.changed_at,
            "appointment_id": new.appointment_id,
            "version": new.version,
            "lock": new.lock_with_request,
        }


def _cause_events(change: LockChange, has_draft: HasDraft) -> Iterator[OutgoingEvent]:
    new, waiter = change.new, change.first_waiter
    match new.cause:
        case "taken_over" if change.previous_holder and new.actor:
            takeover = _takeover(change, change.previous_holder, new.actor, has_draft)
            yield OutgoingEvent(change.previous_holder, takeover)
        case "granted":
            granted = ControlGranted(**change.common_fields(), by=new.actor, message=new.reason)
            yield from _to_tabs(granted, change.holder, change.previous_holder)
        case "denied" if waiter and new.actor:
            denied = ControlDenied(
                **change.common_fields(), user_id=waiter.member_id, by=new.actor, message=new.reason
            )
            yield from _to_tabs(denied, change.tab_of(waiter), change.holder)
        case "lapsed" if waiter:
            expired = ControlExpired(**change.common_fields(), user_id=waiter.member_id)
            yield from _to_tabs(expired, change.tab_of(waiter), change.holder)
        case _:
            return


def _takeover(change: LockChange, previous_holder: Tab, admin: Actor, has_draft: HasDraft) -> AdminTakeover:
    draft_kept = has_draft(change.tenant_id, change.new.appointment_id, previous_holder.member_id)
    reason = change.new.reason or ""
    return AdminTakeover(**change.common_fields(), admin_info=admin, reason=reason, draft_kept=draft_kept)


def _waitlist_events(change: LockChange) -> Iterator[OutgoingEvent]:
    """Yield the request of a new first waiter.

    If nobody holds the lock, it is their reservation.
    """
    old, new = change.old, change.new
    if not new.waitlist:
        return
    first = change.tab_of(new.waitlist[0])
    request = new.lock_with_request.control_request if new.lock_with_request else None
    request_before = old.lock_with_request.control_request if old and old.lock_with_request else None
    if request and request != request_before:
        requested = ControlRequested(**change.common_fields(), control_request=request)
        yield from _to_tabs(requested, change.holder, first)
    if new.reserved_until and new.reserved_until != (old.reserved_until if old else None):
        yield from _to_tabs(LockFree(**change.common_fields(), expires_at=new.reserved_until), first)


def _to_tabs(frame: Frame, *tabs: Tab | None) -> Iterator[OutgoingEvent]:
    for tab in tabs:
        if tab is not None:
            yield OutgoingEvent(tab, frame)


def _lock_frame(record: LockRecord) -> LockFrame:
    is_public = record.cause in _PUBLIC_CAUSES
    return LockFrame(
        at=record.changed_at,
        type=FRAME_TYPE_OF_CAUSE[record.cause],
        appointment_id=record.appointment_id,
        version=record.version,
        cause=record.cause,
        lock=record.lock_with_request,
        by=record.actor if is_public else None,
        reason=record.reason if is_public else None,
    )
