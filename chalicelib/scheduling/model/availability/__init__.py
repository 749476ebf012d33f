"""Which time a doctor has, and which starts can be offered: pure rules, from instants to the wall clock."""

from chalicelib.scheduling.model.availability.slots import (
    Slot,
    SlotQuery,
    is_offered,
    merge_slots,
    next_slots,
    slots,
)
from chalicelib.scheduling.model.availability.working import breaks_in, working_time

__all__ = [
    "Slot",
    "SlotQuery",
    "breaks_in",
    "is_offered",
    "merge_slots",
    "next_slots",
    "slots",
    "working_time",
]
