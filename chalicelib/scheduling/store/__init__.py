"""How a practice's set-up is kept."""

from chalicelib.scheduling.store.practice import (
    find_doctor,
    find_service,
    put_doctor,
    put_service,
    setup,
)

__all__ = [
    "find_doctor",
    "find_service",
    "put_doctor",
    "put_service",
    "setup",
]
