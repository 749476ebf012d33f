"""The item of the state last notified, beside the appointment."""

from datetime import datetime
from typing import cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.appointments.model.appointment import Status
from chalicelib.appointments.model.last_notified import LastNotified
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction


class LastNotifiedItem(DataItem):
    """The state that the patient was last notified of; `email` is the address."""

    version = NumberAttribute()
    starts_at = UnicodeAttribute(attr_name="startsAt")
    ends_at = UnicodeAttribute(attr_name="endsAt")
    doctor_id = UnicodeAttribute(attr_name="doctorId")
    status = UnicodeAttribute()
    email = UnicodeAttribute()


def find_last_notified(tenant_id: str, appointment_id: str) -> LastNotified | None:
    """Return the state last notified; a consistent read."""
    item = LastNotifiedItem.read(keys.last_notified_key(tenant_id, appointment_id), consistent=True)
    if item is None:
        return None
    return LastNotified(
        version=int(item.version),
        starts_at=datetime.fromisoformat(item.starts_at),
        ends_at=datetime.fromisoformat(item.ends_at),
        doctor_id=item.doctor_id,
        status=cast("Status", item.status),
        email=item.email,
    )


def save_last_notified(tenant_id: str, appointment_id: str, state: LastNotified) -> None:
    """Store the state last notified, unless a later version is stored."""
    is_later = LastNotifiedItem.pk.does_not_exist() | (LastNotifiedItem.version <= state.version)
    try:
        with_retries(lambda: _to_item(tenant_id, appointment_id, state).save(condition=is_later))
    except ConditionFailed:
        return


def add_last_notified(transaction: Transaction, tenant_id: str, appointment_id: str, state: LastNotified) -> None:
    """Add the state last notified of a new appointment to a transaction; one put."""
    transaction.put(_to_item(tenant_id, appointment_id, state))


def _to_item(tenant_id: str, appointment_id: str, state: LastNotified) -> LastNotifiedItem:
    return LastNotifiedItem.for_key(
        keys.last_notified_key(tenant_id, appointment_id),
        version=state.version,
        starts_at=rfc3339(state.starts_at),
        ends_at=rfc3339(state.ends_at),
        doctor_id=state.doctor_id,
        status=state.status,
        email=state.email,
    )
