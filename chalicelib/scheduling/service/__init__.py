"""What one can do with a practice's doctors, services and time."""

from chalicelib.scheduling.service.practice import (
    add_doctor,
    add_service,
    faults_of_references,
    find,
    list_doctors,
    list_services,
    setup_of,
)
from chalicelib.scheduling.service.public import PublicPractice, public_setup

__all__ = [
    "PublicPractice",
    "add_doctor",
    "add_service",
    "faults_of_references",
    "find",
    "list_doctors",
    "list_services",
    "public_setup",
    "setup_of",
]
