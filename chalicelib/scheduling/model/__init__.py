"""The nouns and pure rules of a practice's time."""

from chalicelib.scheduling.model.availability import Slot, SlotQuery
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import (
    BookingRules,
    Doctor,
    DoctorForm,
    Hours,
    Need,
    Resource,
    ResourceForm,
    ResourceKind,
    ScheduleException,
    Service,
    ServiceForm,
    TenantSchedule,
)
from chalicelib.scheduling.model.validation import (
    can_meet_needs,
    validate_doctor,
    validate_service,
    validate_service_ids,
)

__all__ = [
    "BookingRules",
    "Doctor",
    "DoctorForm",
    "Hours",
    "Need",
    "Resource",
    "ResourceForm",
    "ResourceKind",
    "ScheduleException",
    "Service",
    "ServiceForm",
    "Slot",
    "SlotQuery",
    "Span",
    "TenantSchedule",
    "can_meet_needs",
    "validate_doctor",
    "validate_service",
    "validate_service_ids",
]
