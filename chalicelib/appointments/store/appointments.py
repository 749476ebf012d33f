"""The appointment as an item: entered, found and listed."""

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, MapAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.appointments.model import (
    Appointment,
    AppointmentRecord,
    Editor,
    Patient,
    Revision,
    Status,
    editable_fields,
)
from chalicelib.appointments.model.last_notified import LastNotified
from chalicelib.appointments.store.last_notified import add_last_notified
from chalicelib.appointments.store.revisions import to_item
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.allocation import Allocation, AllocationChange, CalendarOwner
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import add_allocation_change

_FIRST, _LAST = "0", "9999"


class AppointmentItem(DataItem):
    """An appointment; instants are RFC 3339 in UTC, so that their text sorts as their time.

    `lockVersion` is no part of the record: it remembers how far the lock's version had come. Nor are `occupies`,
    the cells that it has, and `manageSecret`, by which its patient is known.
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
    """There is an appointment with this id already."""


def timeline_position(starts_at: datetime, appointment_id: str) -> str:
    """An appointment's place in the order of time."""
    return f"{rfc3339(starts_at)}#{appointment_id}"


def create(
    tenant_id: str,
    record: AppointmentRecord,
    change: AllocationChange | None,
    last_notified: LastNotified | None = None,
) -> None:
    """Store a new appointment with its first revision and what its patient was told, and take its time; one
    transaction.

    Raises:
        AppointmentExists: there is one with this id.
        CellsTaken: somebody else has some of it.
    """
    transaction = Transaction()
    add_new(transaction, tenant_id, record)
    if last_notified:
        add_last_notified(transaction, tenant_id, record.appointment.id, last_notified)
    if change:
        add_allocation_change(transaction, tenant_id, change, record.appointment.created_at)
    transaction.commit()


def add_new(transaction: Transaction, tenant_id: str, record: AppointmentRecord) -> None:
    """Make a transaction store a new appointment and its first revision; refused with `AppointmentExists`."""
    appointment = record.appointment
    key = AppointmentKey(tenant_id, appointment.id)
    fields = editable_fields(appointment)
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
    """One appointment."""
    stored = find_record(tenant_id, appointment_id, consistent=consistent)
    return stored.appointment if stored else None


def find_record(tenant_id: str, appointment_id: str, *, consistent: bool = False) -> AppointmentRecord | None:
    """One appointment with what is shown to nobody."""
    item = AppointmentItem.read(AppointmentKey(tenant_id, appointment_id), consistent=consistent)
    if item is None:
        return None
    occupation = allocation_from_json(item.occupies) if item.occupies else None
    return AppointmentRecord(_to_appointment(item), occupation, item.manage_secret)


def allocation_to_json(allocation: Allocation) -> dict[str, Any]:
    """What an appointment or a hold keeps of the cells that it has."""
    return {"span": to_json(allocation.span), "owners": [keys.owner(*owner) for owner in allocation.owners]}


def allocation_from_json(stored: dict[str, Any]) -> Allocation:
    """The cells that an appointment or a hold has kept."""
    start, end = (datetime.fromisoformat(text) for text in stored["span"])
    return Allocation(Span(start, end), tuple(CalendarOwner(*keys.parse_owner(text)) for text in stored["owners"]))


def find_between(
    tenant_id: str,
    starts_from: datetime | None,
    starts_before: datetime | None,
    after: str | None,
    limit: int,
) -> tuple[list[Appointment], str | None]:
    """Appointments by start time, at most `limit`, and the position of the last if there may be more.

    The range is half-open; `after` is the position of the last one already seen.
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


def appointment_from_image(image: dict[str, Any]) -> Appointment:
    """The appointment in a stream record's image or in a refusal's, in DynamoDB's own JSON."""
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
