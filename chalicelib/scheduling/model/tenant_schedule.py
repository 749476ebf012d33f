"""Everything that a tenant has set up for booking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.core.http.errors import FieldError
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.resource import Resource
from chalicelib.scheduling.model.service import Service

Entry = TypeVar("Entry", Doctor, Service, Resource)

UNKNOWN_DOCTOR = FieldError("doctorId", "is not a doctor of this practice")
UNKNOWN_SERVICE = FieldError("serviceId", "is not a service of this practice")


@dataclass(frozen=True, slots=True)
class TenantSchedule:
    """The doctors, services and resources of a tenant by id, and the booking rules.

    Archived entries are included.
    """

    doctors: Mapping[str, Doctor]
    services: Mapping[str, Service]
    resources: Mapping[str, Resource]
    rules: BookingRules


def active(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Return the entries that are not archived, by id."""
    return {entry_id: entry for entry_id, entry in entries.items() if not entry.archived}
