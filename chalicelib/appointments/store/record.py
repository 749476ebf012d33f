"""The appointment as an item: entered, found and listed."""

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from chalicelib.appointments.model import (
    Appointment,
    Editor,
    Patient,
    Revision,
    Status,
    StoredAppointment,
    fields_of,
)
from chalicelib.appointments.model.notice import Told
from chalicelib.appointments.store.notices import add_told
from chalicelib.appointments.store.revisions import item_of
from chalicelib.core import keys
from chalicelib.core.clock import rfc3339
from chalicelib.core.shape import to_wire
from chalicelib.core.table.item import DataItem
from chalicelib.core.table.writing import ConditionFailed, transact
from chalicelib.scheduling.model import Span
from chalicelib.scheduling.model.cells import Claim, Occupation
from chalicelib.scheduling.service import cells

_FIRST, _LAST = "0", "9999"
# The appointment and its first revision.
PUTS_OF_NEW = 2


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


def position_of(starts_at: datetime, appointment_id: str) -> str:
    """An appointment's place in the order of time."""
    return f"{rfc3339(starts_at)}#{appointment_id}"


def create(tenant_id: str, stored: StoredAppointment, claim: Claim | None, told: Told | None = None) -> None:
    """Store a new appointment with its first revision and what its patient was told, and take its time; one
    transaction.

    Raises:
        CellsTaken: somebody else has some of it.
    """
    now = stored.appointment.created_at
    puts = PUTS_OF_NEW + (told is not None)

    def fill(write: TransactWrite) -> None:
        add_new(write, tenant_id, stored)
        if told:
            add_told(write, tenant_id, stored.appointment.id, told)
        if claim:
            cells.add_claim(write, tenant_id, claim, now)

    try:
        transact(fill)
    except ConditionFailed as refusal:
        if claim is None or any(refusal.failed[:PUTS_OF_NEW]):
            raise
        raise cells.refused(claim, refusal.images[puts:], now) from None


def add_new(write: TransactWrite, tenant_id: str, stored: StoredAppointment) -> None:
    """Make a transaction store a new appointment and its first revision, which are `PUTS_OF_NEW` puts."""
    appointment = stored.appointment
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
        occupies=to_occupies(stored.occupation) if stored.occupation else None,
        manage_secret=stored.manage_secret,
        **{name: to_wire(value) for name, value in fields.items()},
    )
    revision = Revision(1, fields, appointment.updated_at, appointment.updated_by)
    write.save(item, AppointmentItem.pk.does_not_exist())
    write.save(item_of(partition, revision))


def find(tenant_id: str, appointment_id: str, *, consistent: bool = False) -> Appointment | None:
    """One appointment."""
    stored = find_stored(tenant_id, appointment_id, consistent=consistent)
    return stored.appointment if stored else None


def find_stored(tenant_id: str, appointment_id: str, *, consistent: bool = False) -> StoredAppointment | None:
    """One appointment with what is shown to nobody."""
    partition = keys.appointment(tenant_id, appointment_id)
    item = AppointmentItem.read(partition, keys.APPOINTMENT, consistent=consistent)
    if item is None:
        return None
    occupation = of_occupies(item.occupies) if item.occupies else None
    return StoredAppointment(_appointment(item), occupation, item.manage_secret)


def to_occupies(occupation: Occupation) -> dict[str, Any]:
    """What an appointment or a hold keeps of the cells that it has."""
    return {"span": to_wire(occupation.span), "owners": list(occupation.owners)}


def of_occupies(kept: dict[str, Any]) -> Occupation:
    """The cells that an appointment or a hold has kept."""
    start, end = (datetime.fromisoformat(text) for text in kept["span"])
    return Occupation(Span(start, end), tuple(kept["owners"]))


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
