"""What a change of the table means to those whom it concerns. Pure: a stream record in, frames out."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts.model import Deactivation
from chalicelib.accounts.service import staff
from chalicelib.booking.service import hold_expiry
from chalicelib.core.dynamodb import keys
from chalicelib.locking.service import deadlines
from chalicelib.notifications import service
from chalicelib.realtime.events.appointments import appointment_events
from chalicelib.realtime.events.event import HasDraft, OutgoingEvent
from chalicelib.realtime.events.locks import lock_events
from chalicelib.realtime.events.slots import slot_events


def events_for(record: Mapping[str, Any], has_draft: HasDraft) -> list[OutgoingEvent]:
    """What to tell whom of one record of the table's stream, in order; nothing if nobody follows such a change."""
    change = record["dynamodb"]
    topic, kind = change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]
    new, old = change.get("NewImage"), change.get("OldImage")
    if kind == keys.LOCK:
        return list(lock_events(topic, old, new, has_draft))
    if kind == keys.APPOINTMENT:
        return list(appointment_events(topic, old, new))
    if kind.startswith(keys.HOUR):
        return list(slot_events(topic, old, new, change["ApproximateCreationDateTime"]))
    return []


def follow_up(record: Mapping[str, Any]) -> None:
    """What a record asks for beside being told: the timers of locks and holds, and the notices to patients."""
    change = record["dynamodb"]
    partition, kind = change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]
    if kind == keys.LOCK:
        deadlines.on_change(partition, change.get("OldImage"), change.get("NewImage"))
    elif kind == keys.APPOINTMENT:
        service.on_appointment_change(partition, change.get("OldImage"), change.get("NewImage"))
    elif kind == keys.HOLD:
        hold_expiry.on_hold_change(change.get("OldImage"), change.get("NewImage"))


def deactivation_in(record: Mapping[str, Any]) -> Deactivation | None:
    """The end of a member's account that a record tells of; None if it tells of anything else."""
    change = record["dynamodb"]
    if not change["Keys"]["sk"]["S"].startswith(keys.member("")):
        return None
    return staff.new_deactivation(change.get("OldImage"), change.get("NewImage"))
