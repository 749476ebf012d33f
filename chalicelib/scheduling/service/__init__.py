"""What one can do with a practice's doctors, services and time."""

from chalicelib.scheduling.service.cells import (
    add_claim,
    booked,
    busy,
    changes_of,
    claiming,
    occupants,
    occupation,
    refused,
)
from chalicelib.scheduling.service.doctors import (
    ChangedDoctor,
    add_doctor,
    archive_doctor,
    change_doctor,
    list_doctors,
)
from chalicelib.scheduling.service.opening import open_practice
from chalicelib.scheduling.service.practice import (
    booking_rules,
    faults_of_references,
    set_booking_rules,
    setup_of,
)
from chalicelib.scheduling.service.public import PublicPractice, public_setup, tenant_with_slug
from chalicelib.scheduling.service.resources import (
    add_resource,
    archive_resource,
    change_resource,
    list_resources,
)
from chalicelib.scheduling.service.search import Search, alternatives, find_slots
from chalicelib.scheduling.service.services import (
    add_service,
    archive_service,
    change_service,
    list_services,
)

__all__ = [
    "ChangedDoctor",
    "PublicPractice",
    "Search",
    "add_claim",
    "add_doctor",
    "add_resource",
    "add_service",
    "alternatives",
    "archive_doctor",
    "archive_resource",
    "archive_service",
    "booked",
    "booking_rules",
    "busy",
    "change_doctor",
    "change_resource",
    "change_service",
    "changes_of",
    "claiming",
    "faults_of_references",
    "find_slots",
    "list_doctors",
    "list_resources",
    "list_services",
    "occupants",
    "occupation",
    "open_practice",
    "public_setup",
    "refused",
    "set_booking_rules",
    "setup_of",
    "tenant_with_slug",
]
