"""Appointment items: create, read and list."""

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, MapAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.appointments.model.appointment import EDITABLE_FIELDS, Appointment, Editor, Patient, Status
from chalicelib.appointments.model.last_notified import LastNotified
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.model.revision import Revision
from chalicelib.appointments.store.last_notified import add_last_notified
from chalicelib.appointments.store.revisions import to_item
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.allocation import Allocation, AllocationChange, CalendarOwner
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import add_allocation_change

_FIRST, _LAST = "0", "9999"


class AppointmentItem(DataItem):
    """An appointment. Instants are RFC 3339 in UTC, so that text order is time order.

    Not part of the public record: `lockVersion` keeps the version of a removed lock, `occupies` is the allocated
    time, and `manageSecret` authorises the patient.
    """

    gsi1pk = UnicodeAttribute()
    gsi1sk = UnicodeAttribute()
    doctor_id = UnicodeAttribute(attr_name="doctorId")
    service_id = UnicodeAttribute(attr_name="serviceId")
    patient = MapAttribute[str, str]()
    starts_at = UnicodeAttribute(attr_name="startsAt")
    ends_at = UnicodeAttribute(attr_name="endsAt")
    time_zone = UnicodeAttribute(attr_name="timeZone")
    status = UnicodeAttribute()
    title = UnicodeAttribute()
    notes = UnicodeAttribute()
    version = NumberAttribute()
    created_at = UnicodeAttribute(attr_name="createdAt")
    updated_at = UnicodeAttribute(attr_name="updatedAt")
    updated_by = MapAttribute[str, str](attr_name="updatedBy")
    lock_version = NumberAttribute(null=True, attr_name="lockVersion")
    occupies = JSONAttribute(null=True)
    manage_secret = UnicodeAttribute(null=True, attr_name="manageSecret")


class AppointmentExists(Exception):
    """An appointment has this id already."""


def timeline_position(starts_at: datetime, appointment_id: str) -> str:
    """Return the sort key of the index by start time."""
    return f"{rfc3339(starts_at)}#{appointment_id}"


def create(
    tenant_id: str,
    record: AppointmentRecord,
    change: AllocationChange | None,
    last_notified: LastNotified | None = None,
) -> None:
    """Store a new appointment with its first revision, and allocate its time; one transaction.

    `last_notified` marks the patient as informed of it.

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


def add_new(transaction: Transaction, tenant_id: str, record: AppointmentRecord) -> None:
    """Add a new appointment and its first revision to a transaction; refused with `AppointmentExists`."""
    appointment = record.appointment
    key = AppointmentKey(tenant_id, appointment.id)
    fields = {name: getattr(appointment, name) for name in EDITABLE_FIELDS}
    item = AppointmentItem.for_key(
        key,
        gsi1pk=keys.timeline(tenant_id),
        gsi1sk=timeline_position(appointment.starts_at, appointment.id),
        version=appointment.version,
        created_at=rfc3339(appointment.created_at),
        updated_at=rfc3339(appointment.updated_at),
        updated_by=to_json(appointment.updated_by),
        occupies=allocation_to_json(record.allocation) if record.allocation else None,
        manage_secret=record.manage_secret,
        **{name: to_json(value) for name, value in fields.items()},
    )
    revision = Revision(1, fields, appointment.updated_at, appointment.updated_by)
    transaction.put(item, unless_exists=True, refused=AppointmentExists)
    transaction.put(to_item(key, revision))


def find(tenant_id: str, appointment_id: str, *, consistent: bool = False) -> Appointment | None:
    """Return an appointment by its id."""
    record = find_record(tenant_id, appointment_id, consistent=consistent)
    return record.appointment if record else None


def find_record(tenant_id: str, appointment_id: str, *, consistent: bool = False) -> AppointmentRecord | None:
    """Return an appointment by its id, with the parts that no client reads."""
    item = AppointmentItem.read(AppointmentKey(tenant_id, appointment_id), consistent=consistent)
    if item is None:
        return None
    allocation = allocation_from_json(item.occupies) if item.occupies else None
    return AppointmentRecord(_to_appointment(item), allocation, item.manage_secret)


def allocation_to_json(allocation: Allocation) -> dict[str, Any]:
    """Return the stored form of an allocation, as appointments and holds keep it."""
    return {"span": to_json(allocation.span), "owners": [keys.owner(*owner) for owner in allocation.owners]}


def allocation_from_json(stored: dict[str, Any]) -> Allocation:
    """Return the allocation of its stored form."""
    start, end = (datetime.fromisoformat(text) for text in stored["span"])
    owners = tuple(CalendarOwner(*keys.parse_owner(text)) for text in stored["owners"])
    return Allocation(Span(start, end), owners)


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
    return [_to_appointment(item) for item in items], items[-1].gsi1sk if more and items else None


def appointment_from_image(image: Image) -> Appointment:
    """Return the appointment of an image in DynamoDB's JSON, from a stream record or a failed condition."""
    return _to_appointment(AppointmentItem.from_image(image))


def _to_appointment(item: AppointmentItem) -> Appointment:
    editor = item.updated_by.as_dict()
    return Appointment(
        id=AppointmentKey.parse(item.pk).appointment_id,
        doctor_id=item.doctor_id,
        service_id=item.service_id,
        patient=Patient(**item.patient.as_dict()),
        starts_at=datetime.fromisoformat(item.starts_at),
        ends_at=datetime.fromisoformat(item.ends_at),
        time_zone=item.time_zone,
        status=cast("Status", item.status),
        title=item.title,
        notes=item.notes,
        version=int(item.version),
        created_at=datetime.fromisoformat(item.created_at),
        updated_at=datetime.fromisoformat(item.updated_at),
        updated_by=Editor(member_id=editor["userId"], name=editor["name"]),
    )
