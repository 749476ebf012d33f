"""What a patient was told last, beside the appointment."""

from datetime import datetime
from typing import cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from chalicelib.appointments.model import Status
from chalicelib.appointments.model.notice import Told
from chalicelib.core import keys
from chalicelib.core.clock import rfc3339
from chalicelib.core.table.item import DataItem
from chalicelib.core.table.writing import ConditionFailed, conditionally


class NoticeItem(DataItem):
    """What was told last; `email` is where."""

    version = NumberAttribute()
    starts_at = UnicodeAttribute(attr_name="startsAt")
    ends_at = UnicodeAttribute(attr_name="endsAt")
    doctor_id = UnicodeAttribute(attr_name="doctorId")
    status = UnicodeAttribute()
    email = UnicodeAttribute()


def find_told(tenant_id: str, appointment_id: str) -> Told | None:
    """What was told last; a consistent read."""
    item = NoticeItem.read(keys.appointment(tenant_id, appointment_id), keys.NOTICE, consistent=True)
    if item is None:
        return None
    return Told(
        version=int(item.version),
        starts_at=datetime.fromisoformat(item.starts_at),
        ends_at=datetime.fromisoformat(item.ends_at),
        doctor_id=item.doctor_id,
        status=cast("Status", item.status),
        email=item.email,
    )


def remember_told(tenant_id: str, appointment_id: str, told: Told) -> None:
    """Remember what was told, unless something later was."""
    is_later = NoticeItem.pk.does_not_exist() | (NoticeItem.version <= told.version)
    try:
        conditionally(lambda: _item(tenant_id, appointment_id, told).save(condition=is_later))
    except ConditionFailed:
        return


def add_told(write: TransactWrite, tenant_id: str, appointment_id: str, told: Told) -> None:
    """Make a transaction remember what the patient of a new appointment knows; one put."""
    write.save(_item(tenant_id, appointment_id, told))


def _item(tenant_id: str, appointment_id: str, told: Told) -> NoticeItem:
    return NoticeItem(
        keys.appointment(tenant_id, appointment_id),
        keys.NOTICE,
        version=told.version,
        starts_at=rfc3339(told.starts_at),
        ends_at=rfc3339(told.ends_at),
        doctor_id=told.doctor_id,
        status=told.status,
        email=told.email,
    )
