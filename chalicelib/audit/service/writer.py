"""Write the history from the stream: idempotent, and independent of the order."""

from chalicelib.appointments.service import appointments
from chalicelib.audit.model import entries_for_change
from chalicelib.audit.store import writer
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import LockKey, RateLimitKey
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.core.http.errors import NotFound
from chalicelib.core.security.rate_limit import parse_attempt
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.service.repository import record_from_image


def record_change(record: StreamRecord) -> None:
    """Write the history of a change of a lock, or count an attempt to acquire one."""
    match record.key:
        case LockKey() as key:
            _write_lock_change(key, record.old, record.new)
        case RateLimitKey(sort=keys.LOCK_ATTEMPTS) as window if record.new:
            _count_attempt(window, record.new)


def _write_lock_change(key: LockKey, old: Image | None, new: Image | None) -> None:
    before, after = (record_from_image(image) if image else None for image in (old, new))
    entries = entries_for_change(before, after)
    if entries:
        writer.write_entries(key.tenant_id, entries)


def _count_attempt(window: RateLimitKey, image: Image) -> None:
    """Count an attempt, unless there is no such appointment.

    The rate limit counts before it is known whether the appointment exists.
    """
    attempt = parse_attempt(window, image)
    member = Principal(attempt.tenant_id, attempt.member_id, attempt.member_email, attempt.member_name, "staff")
    try:
        appointments.get(member, attempt.subject_id, consistent=True)
    except NotFound:
        return
    writer.count_attempt(window, attempt, image)
