"""From the table's stream to the history. Every function is harmless when repeated, and knows no order."""

from collections.abc import Mapping
from typing import Any

from chalicelib.appointments.service import appointments
from chalicelib.audit.model import entries_for_change
from chalicelib.audit.store import writer
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound
from chalicelib.core.security.rate_limit import Attempt, parse_attempt
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.store import item

Image = dict[str, Any]


def record_change(record: Mapping[str, Any]) -> None:
    """Write down what one record of the table's stream tells: a change of a lock, or an attempt at one."""
    change = record["dynamodb"]
    partition, kind = change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]
    old, new = change.get("OldImage"), change.get("NewImage")
    if kind == keys.LOCK:
        _write_lock_change(partition, old, new)
    elif kind == keys.LOCK_ATTEMPTS and new is not None:
        _count_attempt(parse_attempt(new), new)


def _write_lock_change(partition: str, old: Image | None, new: Image | None) -> None:
    tenant_id, _ = keys.appointment_of(partition)
    before, after = (item.record_from_image(image) if image else None for image in (old, new))
    entries = entries_for_change(before, after)
    if entries:
        writer.write_entries(tenant_id, entries)


def _count_attempt(attempt: Attempt, image: Image) -> None:
    """An attempt is let through before anybody looks whether the appointment is there; one at none is left out."""
    member = Principal(attempt.tenant_id, attempt.member_id, attempt.member_email, attempt.member_name, "staff")
    try:
        appointments.get(member, attempt.appointment_id, consistent=True)
    except NotFound:
        return
    writer.count_attempt(attempt, image)
