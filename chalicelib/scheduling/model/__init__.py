"""The nouns and pure rules of a practice's time."""

from chalicelib.scheduling.model.availability import Offer, Slot
from chalicelib.scheduling.model.faults import faults_of
from chalicelib.scheduling.model.practice import (
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
    Setup,
)
from chalicelib.scheduling.model.span import Span

__all__ = [
    "BookingRules",
    "Doctor",
    "DoctorForm",
    "Hours",
    "Need",
    "Offer",
    "Resource",
    "ResourceForm",
    "ResourceKind",
    "ScheduleException",
    "Service",
    "ServiceForm",
    "Setup",
    "Slot",
    "Span",
    "faults_of",
]
