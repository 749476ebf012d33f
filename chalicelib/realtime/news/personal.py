"""What a change of a lock means to the people whom it concerns more than those who only watch."""

from collections.abc import Iterator

from chalicelib.locking.model import Actor, Tab
from chalicelib.realtime.frames import (
    AdminTakeover,
    ControlDenied,
    ControlExpired,
    ControlGranted,
    ControlRequested,
    Frame,
    LockFree,
)
from chalicelib.realtime.news.news import Change, HasDraft, News


def personal_news(change: Change, has_draft: HasDraft) -> Iterator[News]:
    """The frames that go to single tabs."""
    yield from _of_the_cause(change, has_draft)
    yield from _of_the_line(change)


def _of_the_cause(change: Change, has_draft: HasDraft) -> Iterator[News]:
    new, asker = change.new, change.answered
    match new.cause:
        case "taken_over" if change.former and new.actor:
            yield News(change.former, _takeover(change, change.former, new.actor, has_draft))
        case "granted":
            yield from _tell(
                ControlGranted(**change.facts(), by=new.actor, message=new.reason), change.holder, change.former
            )
        case "denied" if asker and new.actor:
            denied = ControlDenied(**change.facts(), user_id=asker.user_id, by=new.actor, message=new.reason)
            yield from _tell(denied, change.tab_of(asker), change.holder)
        case "lapsed" if asker:
            lapsed = ControlExpired(**change.facts(), user_id=asker.user_id)
            yield from _tell(lapsed, change.tab_of(asker), change.holder)
        case _:
            return


def _takeover(change: Change, loser: Tab, admin: Actor, has_draft: HasDraft) -> AdminTakeover:
    kept = has_draft(change.tenant_id, change.new.appointment_id, loser.user_id)
    return AdminTakeover(**change.facts(), admin_info=admin, reason=change.new.reason or "", draft_kept=kept)


def _of_the_line(change: Change) -> Iterator[News]:
    """Whoever has come first in line asks the holder, or, if there is none, is told that it is their turn."""
    old, new = change.old, change.new
    if not new.line:
        return
    first = change.tab_of(new.line[0])
    asked = new.shown.control_request if new.shown else None
    before = old.shown.control_request if old and old.shown else None
    if asked and asked != before:
        yield from _tell(ControlRequested(**change.facts(), control_request=asked), change.holder, first)
    if new.turn_ends_at and new.turn_ends_at != (old.turn_ends_at if old else None):
        yield from _tell(LockFree(**change.facts(), expires_at=new.turn_ends_at), first)


def _tell(frame: Frame, *tabs: Tab | None) -> Iterator[News]:
    for tab in tabs:
        if tab is not None:
            yield News(tab, frame)
