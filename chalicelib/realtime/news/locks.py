"""What a change of a lock means to all who follow the appointment, and to whom it is given."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.core import keys
from chalicelib.locking.model import Cause, LockRecord
from chalicelib.locking.service import deadlines
from chalicelib.locking.store import item
from chalicelib.realtime.frames import LockFrame, LockFrameType
from chalicelib.realtime.model import Leased
from chalicelib.realtime.news.news import Change, HasDraft, Image, News
from chalicelib.realtime.news.personal import personal_news

FRAME_OF: dict[Cause, LockFrameType] = {
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
_PUBLIC: set[Cause] = {"taken_over", "force_released"}
_BEGINNINGS: set[Cause] = {"acquired", "granted", "moved", "taken_over"}


def leased_to(record: Mapping[str, Any]) -> Leased | None:
    """To whom a record gives a lock; None if it gives none."""
    image = record["dynamodb"]
    if image["Keys"]["sk"]["S"] != keys.LOCK or "NewImage" not in image:
        return None
    tenant_id, appointment_id = keys.appointment_of(image["Keys"]["pk"]["S"])
    old = item.record_of(image["OldImage"]) if "OldImage" in image else None
    change = Change(tenant_id, old, item.record_of(image["NewImage"]))
    holder = change.holder
    if holder is None or change.new.cause not in _BEGINNINGS:
        return None
    was_gone = any(one.gone_at and one.is_tab(holder) for one in (old.line if old else ()))
    return Leased(holder, appointment_id, was_gone)


def lock_news(topic: str, old: Image | None, new: Image | None, has_draft: HasDraft) -> Iterator[News]:
    """What to tell of a change of a lock, in order."""
    before = item.record_of(old) if old else None
    after = item.record_of(new) if new else deadlines.removed(before) if before else None
    if after is None or after is before:
        return
    tenant_id, _ = keys.appointment_of(topic)
    # Those concerned come first: who drops what is not above the last version seen must not drop their own news.
    yield from personal_news(Change(tenant_id, before, after), has_draft)
    yield News((topic,), _lock_frame(after))


def _lock_frame(record: LockRecord) -> LockFrame:
    is_public = record.cause in _PUBLIC
    return LockFrame(
        at=record.changed_at,
        type=FRAME_OF[record.cause],
        appointment_id=record.appointment_id,
        version=record.version,
        cause=record.cause,
        lock=record.shown,
        by=record.actor if is_public else None,
        reason=record.reason if is_public else None,
    )
