"""The items of appointments and revisions, and the puts of a new appointment."""

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, MapAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.appointments.model.appointment import EDITABLE_FIELDS, Appointment, Editor, Patient, Status
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.model.revision import Revision
from chalicelib.core.clock import rfc3339
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json, wire_name
from chalicelib.scheduling.service.allocation import allocation_to_json

_FIELD_BY_WIRE_NAME = {wire_name(name): name for name in EDITABLE_FIELDS}


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
    allocation = JSONAttribute(null=True, attr_name="occupies")
    manage_secret = UnicodeAttribute(null=True, attr_name="manageSecret")


class RevisionItem(DataItem):
    """One save: the written fields, author, time and reason.

    The first revision has all fields.
    """

    version = NumberAttribute()
    changes = MapAttribute[str, Any]()
    saved_at = UnicodeAttribute(attr_name="savedAt")
    saved_by = MapAttribute[str, str](attr_name="savedBy")
    restored_from = NumberAttribute(null=True, attr_name="restoredFrom")
    reason = UnicodeAttribute(null=True)


class AppointmentExists(Exception):
    """An appointment has this id already."""


def timeline_position(starts_at: datetime, appointment_id: str) -> str:
    """Return the sort key of the index by start time."""
    return f"{rfc3339(starts_at)}#{appointment_id}"


def add_new(transaction: Transaction, tenant_id: str, record: AppointmentRecord) -> None:
    """Add a new appointment and its first revision to a transaction.

    Refused with `AppointmentExists`.
    """
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
        allocation=allocation_to_json(record.allocation) if record.allocation else None,
        manage_secret=record.manage_secret,
        **{name: to_json(value) for name, value in fields.items()},
    )
    revision = Revision(1, fields, appointment.updated_at, appointment.updated_by)
    transaction.put(item, unless_exists=True, refused=AppointmentExists)
    transaction.put(revision_item(key, revision))


def revision_item(appointment: AppointmentKey, revision: Revision) -> RevisionItem:
    """Return the item of a revision."""
    return RevisionItem.for_key(
        keys.revision_key(appointment, revision.version),
        version=revision.version,
        changes={wire_name(name): to_json(value) for name, value in revision.changes.items()},
        saved_at=rfc3339(revision.saved_at),
        saved_by=to_json(revision.saved_by),
        restored_from=revision.restored_from,
        reason=revision.reason,
    )


def to_appointment(item: AppointmentItem) -> Appointment:
    """Return the appointment of an item."""
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


def to_revision(item: RevisionItem) -> Revision:
    """Return the revision of an item."""
    stored, editor = item.changes.as_dict(), item.saved_by.as_dict()
    restored_from = cast("float | None", item.restored_from)
    return Revision(
        version=int(item.version),
        changes={
            name: _to_value(wire, stored[wire]) for wire, name in _FIELD_BY_WIRE_NAME.items() if wire in stored
        },
        saved_at=datetime.fromisoformat(item.saved_at),
        saved_by=Editor(member_id=editor["userId"], name=editor["name"]),
        restored_from=None if restored_from is None else int(restored_from),
        reason=item.reason,
    )


def _to_value(name: str, stored: Any) -> object:  # noqa: ANN401 - a map or a text, as the field has it
    if name == "patient":
        return Patient(**stored)
    return datetime.fromisoformat(stored) if name in ("startsAt", "endsAt") else stored
