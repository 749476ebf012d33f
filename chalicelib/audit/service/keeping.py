"""From the table's stream to the history. Every function is harmless when repeated, and knows no order."""

from collections.abc import Mapping
from typing import Any

from chalicelib.appointments.service import record as record_service
from chalicelib.audit.model import entries_of
from chalicelib.audit.store import keeping
from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.errors import NotFound
from chalicelib.core.rate_limit import Attempt, attempt_of
from chalicelib.locking.store import item

Image = dict[str, Any]


def follow(record: Mapping[str, Any]) -> None:
    """Write down what one record of the table's stream tells: a change of a lock, or an attempt at one."""
    change = record["dynamodb"]
    partition, kind = change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]
    old, new = change.get("OldImage"), change.get("NewImage")
    if kind == keys.LOCK:
        _keep(partition, old, new)
    elif kind == keys.ATTEMPTS and new is not None:
        _count(attempt_of(new), new)


def _keep(partition: str, old: Image | None, new: Image | None) -> None:
    tenant_id, _ = keys.appointment_of(partition)
    before, after = (item.record_of(image) if image else None for image in (old, new))
    entries = entries_of(before, after)
    if entries:
        keeping.keep(tenant_id, entries)


def _count(attempt: Attempt, image: Image) -> None:
    """An attempt is let through before anybody looks whether the appointment is there; one at none is left out."""
    member = Principal(attempt.tenant_id, attempt.user_id, attempt.user_email, attempt.user_name, "staff")
    try:
        record_service.get(member, attempt.appointment_id, consistent=True)
    except NotFound:
        return
    keeping.count_attempt(attempt, image)
