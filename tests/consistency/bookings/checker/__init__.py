"""What must hold of each history of the bookings suite, whatever happened to clients and network."""

from tests.consistency.bookings.booking_history import BookingHistory
from tests.consistency.bookings.checker import allocations, overlaps, rejections, responses, transfers
from tests.consistency.harness.checker import Invariant

INVARIANTS: dict[str, Invariant[BookingHistory]] = {
    "no two overlap": overlaps.no_overlaps,
    "transfers of cells are valid": transfers.transfers_are_valid,
    "allocations match needs": allocations.allocations_match_needs,
    "an appointment has its cells": allocations.appointments_have_cells,
    "a cell has an owner": allocations.cells_have_owners,
    "no hold remains": allocations.no_hold_remains,
    "no save is lost": responses.no_lost_saves,
    "successes are stored": responses.successes_are_stored,
    "one key makes one appointment": responses.idempotency_keys_are_unique,
    "rejections had a reason": rejections.rejections_had_reason,
    "no internal errors": responses.no_internal_errors,
}
