"""A tenant's schedule: one partition, so that one query reads doctors, services, resources and rules.

Lists are stored as they cross the wire.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from pynamodb.attributes import Attribute, BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.keys import Key
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor, Hours, ScheduleException
from chalicelib.scheduling.model.resource import Resource, ResourceKind
from chalicelib.scheduling.model.service import Need, Service
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule

Entry = TypeVar("Entry", Doctor, Service, Resource, BookingRules)


class DoctorItem(DataItem):
    """A doctor. `archived` is present only if true."""

    id = UnicodeAttribute(attr_name="doctorId")
    name = UnicodeAttribute()
    time_zone = UnicodeAttribute(attr_name="timeZone")
    specialty = UnicodeAttribute()
    service_ids = JSONAttribute(attr_name="serviceIds")
    working_hours = JSONAttribute(attr_name="workingHours")
    breaks = JSONAttribute()
    exceptions = JSONAttribute()
    archived = BooleanAttribute(null=True)

    def to_entry(self) -> Doctor:
        """Convert to the model."""
        return Doctor(
            id=self.id,
            name=self.name,
            time_zone=self.time_zone,
            specialty=self.specialty,
            service_ids=self.service_ids,
            working_hours=[Hours(**hours) for hours in self.working_hours],
            breaks=[Hours(**hours) for hours in self.breaks],
            exceptions=[ScheduleException(**exception) for exception in self.exceptions],
            archived=bool(self.archived),
        )


class ServiceItem(DataItem):
    """A service. Items of the first version have no `needs`.

    `archived` is present only if true.
    """

    id = UnicodeAttribute(attr_name="serviceId")
    name = UnicodeAttribute()
    duration_minutes = NumberAttribute(attr_name="durationMinutes")
    buffer_before_minutes = NumberAttribute(attr_name="bufferBeforeMinutes")
    buffer_after_minutes = NumberAttribute(attr_name="bufferAfterMinutes")
    price = UnicodeAttribute(null=True)
    color = UnicodeAttribute()
    needs = JSONAttribute(null=True)
    archived = BooleanAttribute(null=True)

    def to_entry(self) -> Service:
        """Convert to the model."""
        return Service(
            id=self.id,
            name=self.name,
            duration_minutes=int(self.duration_minutes),
            buffer_before_minutes=int(self.buffer_before_minutes),
            buffer_after_minutes=int(self.buffer_after_minutes),
            price=self.price,
            color=self.color,
            needs=[Need(need["anyOf"]) for need in self.needs or []],
            archived=bool(self.archived),
        )


class ResourceItem(DataItem):
    """A room or a device. `archived` is present only if true."""

    id = UnicodeAttribute(attr_name="resourceId")
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    archived = BooleanAttribute(null=True)

    def to_entry(self) -> Resource:
        """Convert to the model."""
        kind: ResourceKind = "device" if self.kind == "device" else "room"
        return Resource(self.id, self.name, kind, archived=bool(self.archived))


class RulesItem(DataItem):
    """The booking rules."""

    minimum_notice_minutes = NumberAttribute(attr_name="minimumNoticeMinutes")
    horizon_days = NumberAttribute(attr_name="horizonDays")
    slot_step_minutes = NumberAttribute(attr_name="slotStepMinutes")
    change_cutoff_minutes = NumberAttribute(attr_name="changeCutoffMinutes")

    def to_entry(self) -> BookingRules:
        """Convert to the model."""
        return BookingRules(
            minimum_notice_minutes=int(self.minimum_notice_minutes),
            horizon_days=int(self.horizon_days),
            slot_step_minutes=int(self.slot_step_minutes),
            change_cutoff_minutes=int(self.change_cutoff_minutes),
        )


@dataclass(frozen=True, slots=True)
class EntryKind(Generic[Entry]):
    """The storage of one kind of entry: its item, its key, and the conversion back.

    The key is given by tenant and id.
    """

    item: type[DataItem]
    key: Callable[[str, str], Key]
    to_entry: Callable[[Any], Entry]


DOCTORS = EntryKind(DoctorItem, keys.doctor_key, DoctorItem.to_entry)
SERVICES = EntryKind(ServiceItem, keys.service_key, ServiceItem.to_entry)
RESOURCES = EntryKind(ResourceItem, keys.resource_key, ResourceItem.to_entry)
RULES = EntryKind(RulesItem, lambda tenant_id, _: keys.rules_key(tenant_id), RulesItem.to_entry)
_ALL_ATTRIBUTES = sorted(
    {
        attribute.attr_name
        for item in (DoctorItem, ServiceItem, ResourceItem, RulesItem)
        for attribute in item.get_attributes().values()
    }
)


class NotInSchedule(Exception):
    """The tenant has no such entry."""


def load_schedule(tenant_id: str, *, consistent: bool = False) -> TenantSchedule:
    """Return a tenant's schedule; one query.

    Without stored rules it has the default ones.
    """
    images = list(DataItem.query_raw(keys.setup(tenant_id), _ALL_ATTRIBUTES, consistent=consistent))
    return TenantSchedule(
        doctors={doctor.id: doctor for doctor in _entries(DOCTORS, images)},
        services={service.id: service for service in _entries(SERVICES, images)},
        resources={resource.id: resource for resource in _entries(RESOURCES, images)},
        rules=next(_entries(RULES, images), BookingRules()),
    )


def _entries(kind: EntryKind[Entry], images: Iterable[dict[str, Any]]) -> Iterator[Entry]:
    prefix = kind.key("", "").sort
    return (kind.to_entry(kind.item.from_image(image)) for image in images if image["sk"]["S"].startswith(prefix))


def find_entry(kind: EntryKind[Entry], tenant_id: str, entry_id: str) -> Entry | None:
    """Return one entry, archived or not; one call."""
    item = kind.item.read(kind.key(tenant_id, entry_id))
    return kind.to_entry(item) if item else None


def add_schedule(transaction: Transaction, tenant_id: str, schedule: TenantSchedule) -> None:
    """Let a transaction store the schedule of a new tenant."""
    for doctor in schedule.doctors.values():
        transaction.put(_to_item(DOCTORS, tenant_id, doctor))
    for service in schedule.services.values():
        transaction.put(_to_item(SERVICES, tenant_id, service))
    for resource in schedule.resources.values():
        transaction.put(_to_item(RESOURCES, tenant_id, resource))
    transaction.put(_to_item(RULES, tenant_id, schedule.rules))


def put_entry(kind: EntryKind[Entry], tenant_id: str, entry: Entry) -> None:
    """Store an entry in place of the previous one; one call."""
    with_retries(_to_item(kind, tenant_id, entry).save)


def update_entry(kind: EntryKind[Entry], tenant_id: str, entry_id: str, changes: Mapping[str, object]) -> Entry:
    """Write some fields of an entry and return the whole; one call.

    The other attributes are not written, so concurrent changes of different fields all last.

    Raises:
        NotInSchedule: there is no such entry.
    """
    item = kind.item.for_key(kind.key(tenant_id, entry_id))
    actions = [_update_action(getattr(kind.item, name), _stored(value)) for name, value in changes.items()]
    try:
        with_retries(lambda: item.update(actions, DataItem.pk.exists()))
    except ConditionFailed:
        raise NotInSchedule from None
    return kind.to_entry(item)


def _update_action(attribute: "Attribute[Any]", value: object) -> Action:
    return attribute.remove() if value is None else attribute.set(value)


def _to_item(kind: EntryKind[Entry], tenant_id: str, entry: Entry) -> DataItem:
    values: dict[str, Any] = {field.name: _stored(getattr(entry, field.name)) for field in fields(entry)}
    return kind.item.for_key(kind.key(tenant_id, values.get("id", "")), **values)


def _stored(value: object) -> object:
    """Return the stored form of a field; false is stored as absent."""
    return None if value is False else to_json(value)
