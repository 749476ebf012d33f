"""Create, read and list appointments in DynamoDB."""

from datetime import datetime

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.appointments.model.last_notified import LastNotified
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.store.items import AppointmentItem, add_new, to_appointment
from chalicelib.appointments.store.last_notified import add_last_notified
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.scheduling.model.allocation import AllocationChange
from chalicelib.scheduling.service.allocation import add_allocation_change, allocation_from_json

_FIRST, _LAST = "0", "9999"


def create(
    tenant_id: str,
    record: AppointmentRecord,
    change: AllocationChange | None,
    last_notified: LastNotified | None = None,
) -> None:
    """Store a new appointment with its first revision, and allocate its time.

    One transaction. `last_notified` marks the patient as informed of it.

    Raises:
        AllocationRefused: some of the time is taken.
        AppointmentExists: the id is in use.
    """
    transaction = Transaction()
    add_new(transaction, tenant_id, record)
    if last_notified:
        add_last_notified(transaction, tenant_id, record.appointment.id, last_notified)
    if change:
        add_allocation_change(transaction, tenant_id, change, record.appointment.created_at)
    transaction.commit()


def find(tenant_id: str, appointment_id: str, *, consistent: bool = False) -> Appointment | None:
    """Return an appointment by its id."""
    record = find_record(tenant_id, appointment_id, consistent=consistent)
    return record.appointment if record else None


def find_record(tenant_id: str, appointment_id: str, *, consistent: bool = False) -> AppointmentRecord | None:
    """Return an appointment by its id, with the parts that no client reads."""
    item = AppointmentItem.read(AppointmentKey(tenant_id, appointment_id), consistent=consistent)
    if item is None:
        return None
    allocation = allocation_from_json(item.allocation) if item.allocation else None
    return AppointmentRecord(to_appointment(item), allocation, item.manage_secret)


def find_between(
    tenant_id: str,
    starts_from: datetime | None,
    starts_before: datetime | None,
    after: str | None,
    limit: int,
) -> tuple[list[Appointment], str | None]:
    """Return up to `limit` appointments by start time, after the position `after`.

    The range is half-open.

    Returns:
        The appointments, and the position of the last one if there may be more.
    """
    low = rfc3339(starts_from) if starts_from else _FIRST
    high = rfc3339(starts_before) if starts_before else _LAST
    low = max(low, f"{after}!") if after else low
    if low > high:
        return [], None
    found = AppointmentItem.query(
        keys.timeline(tenant_id),
        AppointmentItem.gsi1sk.between(low, high),
        index_name=AppointmentItem.gsi1.Meta.index_name,
        limit=limit,
    )
    items = list(found)
    more = found.last_evaluated_key is not None
    return [to_appointment(item) for item in items], items[-1].gsi1sk if more and items else None


def appointment_from_image(image: Image) -> Appointment:
    """Return the appointment of an image in DynamoDB's JSON.

    The image is from a stream record or a failed condition.
    """
    return to_appointment(AppointmentItem.from_image(image))
