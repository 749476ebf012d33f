"""The appointment as an item: entered, found and listed."""

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from chalicelib.appointments.model import Appointment, Editor, Patient, Revision, Status, fields_of
from chalicelib.appointments.store.revisions import item_of
from chalicelib.core import keys
from chalicelib.core.clock import rfc3339
from chalicelib.core.shape import to_wire
from chalicelib.core.table import DataItem, transact

_FIRST, _LAST = "0", "9999"


class AppointmentItem(DataItem):
    """An appointment; instants are RFC 3339 in UTC, so that their text sorts as their time.

    `lockVersion` is no part of the record: it remembers how far the lock's version had come.
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


def position_of(starts_at: datetime, appointment_id: str) -> str:
    """An appointment's place in the order of time."""
    return f"{rfc3339(starts_at)}#{appointment_id}"


def create(tenant_id: str, appointment: Appointment) -> None:
    """Store a new appointment with its first revision."""
    partition = keys.appointment(tenant_id, appointment.id)
    fields = fields_of(appointment)
    item = AppointmentItem(
        partition,
        keys.APPOINTMENT,
        gsi1pk=keys.timeline(tenant_id),
        gsi1sk=position_of(appointment.starts_at, appointment.id),
        version=appointment.version,
        created_at=rfc3339(appointment.created_at),
        updated_at=rfc3339(appointment.updated_at),
        updated_by=to_wire(appointment.updated_by),
        **{name: to_wire(value) for name, value in fields.items()},
    )
    revision = Revision(1, fields, appointment.updated_at, appointment.updated_by)

    def fill(write: TransactWrite) -> None:
        write.save(item, AppointmentItem.pk.does_not_exist())
        write.save(item_of(partition, revision))

    transact(fill)


def find(tenant_id: str, appointment_id: str, *, consistent: bool = False) -> Appointment | None:
    """One appointment."""
    item = AppointmentItem.read(
        keys.appointment(tenant_id, appointment_id), keys.APPOINTMENT, consistent=consistent
    )
    return _appointment(item) if item else None


def between(
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
    return [_appointment(item) for item in items], items[-1].gsi1sk if more and items else None


def appointment_of(image: dict[str, Any]) -> Appointment:
    """The appointment in a stream record's image or in a refusal's, in DynamoDB's own JSON."""
    return _appointment(AppointmentItem.from_image(image))


def _appointment(item: AppointmentItem) -> Appointment:
    _, appointment_id = keys.appointment_of(item.pk)
    editor = item.updated_by.as_dict()
    return Appointment(
        id=appointment_id,
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
        updated_by=Editor(user_id=editor["userId"], name=editor["name"]),
    )
