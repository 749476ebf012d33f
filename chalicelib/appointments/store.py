"""Appointments and their revisions as items. Every change of one is a transaction with its revision."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.appointments.model import Appointment, Changes, Editor, Patient, Status
from chalicelib.core import keys
from chalicelib.core.clock import rfc3339
from chalicelib.core.shape import camel, to_wire
from chalicelib.core.table import ConditionFailed, DataItem, conditionally, transaction


class AppointmentItem(DataItem):
    """An appointment; instants are RFC 3339 in UTC, so that their text sorts as their time."""

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


class RevisionItem(DataItem):
    """One save: the fields it changed (all of them in the first), who and when. Never changed afterwards."""

    version = NumberAttribute()
    changes = MapAttribute[str, Any]()
    saved_at = UnicodeAttribute(attr_name="savedAt")
    saved_by = MapAttribute[str, str](attr_name="savedBy")


_FIRST, _LAST = "0", "9999"
EDITABLE = (
    "doctor_id",
    "service_id",
    "patient",
    "starts_at",
    "ends_at",
    "time_zone",
    "status",
    "title",
    "notes",
)


class SaveRefused(Exception):
    """The save did not happen. `fence_image` stood against the lock's fence if `fence_failed`; otherwise
    `current` is the appointment as it stands.
    """

    def __init__(self, refusal: ConditionFailed) -> None:
        super().__init__("the save was refused")
        self.fence_failed = refusal.failed[0]
        self.fence_image = refusal.images[0]
        image = refusal.images[2]
        self.current = _appointment(AppointmentItem.from_image(image)) if image else None


def position_of(starts_at: datetime, appointment_id: str) -> str:
    """An appointment's place in the order of time."""
    return f"{rfc3339(starts_at)}#{appointment_id}"


def create(tenant_id: str, appointment: Appointment) -> None:
    """Store a new appointment with its first revision."""
    partition = keys.appointment(tenant_id, appointment.id)
    stored = {name: to_wire(value) for name, value in _fields(appointment).items()}
    item = AppointmentItem(
        partition,
        keys.APPOINTMENT,
        gsi1pk=keys.timeline(tenant_id),
        gsi1sk=position_of(appointment.starts_at, appointment.id),
        version=appointment.version,
        created_at=rfc3339(appointment.created_at),
        updated_at=rfc3339(appointment.updated_at),
        updated_by=to_wire(appointment.updated_by),
        **stored,
    )
    revision = _revision(partition, 1, _fields(appointment), appointment.updated_by, appointment.updated_at)

    def write() -> None:
        with transaction() as write:
            write.save(item, AppointmentItem.pk.does_not_exist())
            write.save(revision)

    conditionally(write)


def save(
    tenant_id: str,
    appointment_id: str,
    version: int,
    changes: Changes,
    editor: Editor,
    now: datetime,
    *,
    add_fence: Callable[[TransactWrite], None],
) -> None:
    """Write the changes, the next version and its revision, if the fence holds; one transaction.

    Raises:
        SaveRefused: the fence does not hold, the version is another one, or the end would not follow the start.
    """
    partition = keys.appointment(tenant_id, appointment_id)
    item = AppointmentItem(partition, keys.APPOINTMENT)
    values = {name: to_wire(value) for name, value in changes.items()}
    values |= {"version": version + 1, "updated_at": rfc3339(now), "updated_by": to_wire(editor)}
    if isinstance(starts_at := changes.get("starts_at"), datetime):
        values["gsi1sk"] = position_of(starts_at, appointment_id)
    actions = [getattr(AppointmentItem, name).set(value) for name, value in values.items()]

    def write() -> None:
        with transaction() as write:
            add_fence(write)
            write.save(_revision(partition, version + 1, changes, editor, now))
            write.update(item, actions, _unchanged_and_in_order(version, changes))

    try:
        conditionally(write)
    except ConditionFailed as refusal:
        raise SaveRefused(refusal) from None


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
    """The appointment in a stream record's image, in DynamoDB's own JSON."""
    return _appointment(AppointmentItem.from_image(image))


def _unchanged_and_in_order(version: int, changes: Changes) -> Condition:
    condition: Condition = AppointmentItem.version == version
    starts_at, ends_at = changes.get("starts_at"), changes.get("ends_at")
    if starts_at and not ends_at:
        condition &= AppointmentItem.ends_at > to_wire(starts_at)
    if ends_at and not starts_at:
        condition &= AppointmentItem.starts_at < to_wire(ends_at)
    return condition


def _fields(appointment: Appointment) -> dict[str, object]:
    return {name: getattr(appointment, name) for name in EDITABLE}


def _revision(partition: str, version: int, changes: Changes, editor: Editor, now: datetime) -> RevisionItem:
    return RevisionItem(
        partition,
        keys.revision(version),
        version=version,
        changes={camel(name): to_wire(value) for name, value in changes.items()},
        saved_at=rfc3339(now),
        saved_by=to_wire(editor),
    )


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
