"""What a change of the table means to those whom it concerns. Pure: a stream record in, frames out."""

from chalicelib.accounts.model import Deactivation
from chalicelib.accounts.service.members import new_deactivation
from chalicelib.booking.service import hold_expiry
from chalicelib.core.dynamodb.keys import AppointmentKey, HoldKey, HourKey, LockKey, MemberKey
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.locking.service import deadlines
from chalicelib.notifications import service
from chalicelib.realtime.events.appointments import appointment_events
from chalicelib.realtime.events.event import HasDraft, OutgoingEvent
from chalicelib.realtime.events.locks import lock_events
from chalicelib.realtime.events.slots import slot_events


def events_for(record: StreamRecord, has_draft: HasDraft) -> list[OutgoingEvent]:
    """What to tell whom of one record of the table's stream, in order; nothing if nobody follows such a change."""
    match record.key:
        case LockKey() as key:
            return list(lock_events(key, record.old, record.new, has_draft))
        case AppointmentKey() as key:
            return list(appointment_events(key, record.old, record.new))
        case HourKey() as key:
            return list(slot_events(key, record.old, record.new, record.at))
        case _:
            return []


def follow_up(record: StreamRecord) -> None:
    """What a record asks for beside being told: the timers of locks and holds, and the notices to patients."""
    match record.key:
        case LockKey() as key:
            deadlines.on_change(key, record.old, record.new)
        case AppointmentKey() as key:
            service.on_appointment_change(key, record.old, record.new)
        case HoldKey() as key:
            hold_expiry.on_hold_change(key, record.old, record.new)
        case _:
            return


def deactivation_in(record: StreamRecord) -> Deactivation | None:
    """The end of a member's account that a record tells of; None if it tells of anything else."""
    if not isinstance(record.key, MemberKey):
        return None
    return new_deactivation(record.old, record.new)
