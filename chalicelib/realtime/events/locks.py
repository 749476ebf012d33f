"""What a change of a lock means to all who follow the appointment, and to whom it is given."""

from collections.abc import Iterator

from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.locking.model import Cause, LockRecord
from chalicelib.locking.service import deadlines
from chalicelib.locking.store import item
from chalicelib.realtime.events.event import HasDraft, Image, LockChange, OutgoingEvent
from chalicelib.realtime.events.participants import events_for_participants
from chalicelib.realtime.frames import LockFrame, LockFrameType
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
# What an admin does to a lock is everybody's business; a word between two people is not.
_PUBLIC_CAUSES: set[Cause] = {"taken_over", "force_released"}
_LEASE_STARTING_CAUSES: set[Cause] = {"acquired", "granted", "moved", "taken_over"}


def new_lease_in(record: StreamRecord) -> LeaseGranted | None:
    """To whom a record gives a lock; None if it gives none."""
    key = record.key
    if not isinstance(key, LockKey) or record.new is None:
        return None
    old = item.record_from_image(record.old) if record.old else None
    change = LockChange(key.tenant_id, old, item.record_from_image(record.new))
    holder = change.holder
    if holder is None or change.new.cause not in _LEASE_STARTING_CAUSES:
        return None
    was_gone = any(one.disconnected_at and one.is_tab(holder) for one in (old.waitlist if old else ()))
    return LeaseGranted(holder, key.appointment_id, was_gone)


def lock_events(
    key: LockKey, old: Image | None, new: Image | None, has_draft: HasDraft
) -> Iterator[OutgoingEvent]:
    """What to tell of a change of a lock, in order."""
    before = item.record_from_image(old) if old else None
    after = item.record_from_image(new) if new else deadlines.after_removal(before) if before else None
    if after is None or after is before:
        return
    # Those concerned come first: who drops what is not above the last version seen must not drop their own news.
    yield from events_for_participants(LockChange(key.tenant_id, before, after), has_draft)
    yield OutgoingEvent((key.partition,), _lock_frame(after))


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
