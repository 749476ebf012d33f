"""The nouns and pure rules of a practice's time."""

from chalicelib.scheduling.model.availability import Offer, Slot
from chalicelib.scheduling.model.faults import can_be_met, faults_of, faults_of_offer, faults_of_service
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
    "can_be_met",
    "faults_of",
    "faults_of_offer",
    "faults_of_service",
]
