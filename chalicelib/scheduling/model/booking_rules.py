"""The rules by which patients book."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.core.http.constraints import Predicate, Range
from chalicelib.core.http.schema import Schema
from chalicelib.scheduling.model.allocation import CELL_MINUTES


def _is_multiple_of_cell(minutes: int) -> bool:
    return minutes % CELL_MINUTES == 0


@dataclass(frozen=True, slots=True)
class BookingRules(Schema):
    """The rules by which patients book. They do not bind members.

    Patients book at least `minimum_notice_minutes` before the start and at most `horizon_days` ahead. Starts are
    offered every `slot_step_minutes` of the wall clock, counted from the beginning of each working span. Patients
    can change or cancel until `change_cutoff_minutes` before the start.
    """

    minimum_notice_minutes: Annotated[int, Range(0, 60 * 24 * 60)] = 120
    horizon_days: Annotated[int, Range(1, 366)] = 90
    slot_step_minutes: Annotated[
        int, Range(5, 240), Predicate(_is_multiple_of_cell, "must be a multiple of 5")
    ] = 15
    change_cutoff_minutes: Annotated[int, Range(0, 60 * 24 * 60)] = 60
