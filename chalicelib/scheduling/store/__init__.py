"""How a practice's set-up is kept."""

from chalicelib.scheduling.store.practice import (
    NotSetUp,
    add_setup,
    change_doctor,
    change_resource,
    change_service,
    find_doctor,
    find_service,
    put_doctor,
    put_resource,
    put_rules,
    put_service,
    setup,
)

__all__ = [
    "NotSetUp",
    "add_setup",
    "change_doctor",
    "change_resource",
    "change_service",
    "find_doctor",
    "find_service",
    "put_doctor",
    "put_resource",
    "put_rules",
    "put_service",
    "setup",
]
