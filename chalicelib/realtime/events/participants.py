"""What a change of a lock means to the people whom it concerns more than those who only watch."""

from collections.abc import Iterator

from chalicelib.locking.model import Actor, Tab
from chalicelib.realtime.events.event import HasDraft, LockChange, OutgoingEvent
from chalicelib.realtime.frames import (
    AdminTakeover,
    ControlDenied,
    ControlExpired,
    ControlGranted,
    ControlRequested,
    Frame,
    LockFree,
)


def events_for_participants(change: LockChange, has_draft: HasDraft) -> Iterator[OutgoingEvent]:
    """The frames that go to single tabs."""
    yield from _cause_events(change, has_draft)
    yield from _waitlist_events(change)


def _cause_events(change: LockChange, has_draft: HasDraft) -> Iterator[OutgoingEvent]:
    new, asker = change.new, change.first_waiter
    match new.cause:
        case "taken_over" if change.previous_holder and new.actor:
            yield OutgoingEvent(
                change.previous_holder, _takeover(change, change.previous_holder, new.actor, has_draft)
            )
        case "granted":
            yield from _addressed_to(
                ControlGranted(**change.common_fields(), by=new.actor, message=new.reason),
                change.holder,
                change.previous_holder,
            )
        case "denied" if asker and new.actor:
            denied = ControlDenied(
                **change.common_fields(), user_id=asker.member_id, by=new.actor, message=new.reason
            )
            yield from _addressed_to(denied, change.tab_of(asker), change.holder)
        case "lapsed" if asker:
            lapsed = ControlExpired(**change.common_fields(), user_id=asker.member_id)
            yield from _addressed_to(lapsed, change.tab_of(asker), change.holder)
        case _:
            return


def _takeover(change: LockChange, loser: Tab, admin: Actor, has_draft: HasDraft) -> AdminTakeover:
    kept = has_draft(change.tenant_id, change.new.appointment_id, loser.member_id)
    return AdminTakeover(
        **change.common_fields(), admin_info=admin, reason=change.new.reason or "", draft_kept=kept
    )


def _waitlist_events(change: LockChange) -> Iterator[OutgoingEvent]:
    """Whoever has come first in line asks the holder, or, if there is none, is told that it is their turn."""
    old, new = change.old, change.new
    if not new.waitlist:
        return
    first = change.tab_of(new.waitlist[0])
    asked = new.lock_with_request.control_request if new.lock_with_request else None
    before = old.lock_with_request.control_request if old and old.lock_with_request else None
    if asked and asked != before:
        yield from _addressed_to(
            ControlRequested(**change.common_fields(), control_request=asked), change.holder, first
        )
    if new.reserved_until and new.reserved_until != (old.reserved_until if old else None):
        yield from _addressed_to(LockFree(**change.common_fields(), expires_at=new.reserved_until), first)


def _addressed_to(frame: Frame, *tabs: Tab | None) -> Iterator[OutgoingEvent]:
    for tab in tabs:
        if tab is not None:
            yield OutgoingEvent(tab, frame)
