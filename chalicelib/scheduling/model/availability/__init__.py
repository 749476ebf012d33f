"""Which time a doctor has, and which starts can be offered: pure rules, from instants to the wall clock."""

from chalicelib.scheduling.model.availability.offers import (
    Offer,
    Slot,
    in_order,
    is_offered,
    next_slots,
    slots,
)
from chalicelib.scheduling.model.availability.working import breaks_in, working_time

__all__ = [
    "Offer",
    "Slot",
    "breaks_in",
    "in_order",
    "is_offered",
    "next_slots",
    "slots",
    "working_time",
]
