"""Read the revisions of an appointment in DynamoDB."""

from collections.abc import Iterator

from pynamodb.expressions.condition import Condition

from chalicelib.appointments.model.revision import Revision
from chalicelib.appointments.store.items import RevisionItem, to_revision
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.keys import AppointmentKey

# The previous value of a field is seldom further back than this many saves.
_LOOK_BACK = 25
# The highest version that fits the sort key.
_LAST_VERSION = 10**12 - 1


def oldest_first(tenant_id: str, appointment_id: str, up_to: int = _LAST_VERSION) -> list[Revision]:
    """Return the revisions up to and including a version; a consistent read."""
    found = RevisionItem.query(
        AppointmentKey(tenant_id, appointment_id).partition, _range_to(up_to), consistent_read=True
    )
    return [to_revision(item) for item in found]


def newest_first(tenant_id: str, appointment_id: str, before: int | None, page_size: int) -> Iterator[Revision]:
    """Yield the revisions `before` a version, or all.

    A consistent read, in pages as they are consumed.
    """
    found = RevisionItem.query(
        AppointmentKey(tenant_id, appointment_id).partition,
        _range_to(before - 1 if before else _LAST_VERSION),
        consistent_read=True,
        scan_index_forward=False,
        page_size=page_size + _LOOK_BACK,
    )
    return (to_revision(item) for item in found)


def _range_to(version: int) -> Condition:
    return RevisionItem.sk.between(keys.revision(0), keys.revision(version))
