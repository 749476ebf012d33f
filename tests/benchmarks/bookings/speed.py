"""Bookings in a second on one DynamoDB Local, by several processes at different times."""

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from chalicelib.booking.model.booking import BookingForm
from chalicelib.booking.model.hold import HoldForm
from chalicelib.booking.service import bookings, hold_expiry, holds
from chalicelib.core.clock import new_id
from chalicelib.core.http.errors import Problem
from tests.benchmarks.bookings.schedule import DOCTORS, FIRST, LASTS, NOW, PATIENT, PLAIN, TENANT, doctor

# Away from the bookings of the cost measurement.
_LATER = timedelta(days=120)
SECONDS = 8.0


class Speed(NamedTuple):
    """Bookings in a second, rejections by code, and the load of the processors."""

    processes: int
    a_second: float
    refused: Counter[str]
    busy: float


def speed(endpoint: str, processes: int, *, spread: bool, week: int) -> Speed:
    """Book for some seconds, with all doctors or with one."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _enter, (endpoint,)) as executor:
        list(executor.map(_warm, range(processes)))
        before, began = _ticks(), time.perf_counter()
        tasks = [(number, processes, spread, week) for number in range(processes)]
        found = list(executor.map(_books, tasks))
        seconds, after = time.perf_counter() - began, _ticks()
    total = sum(found, Counter[str]())
    done = total.pop("booked", 0)
    busy = 1 - (after[1] - before[1]) / (after[0] - before[0])
    return Speed(processes, done / seconds, total, busy)


def _enter(endpoint: str) -> None:
    os.environ["AWS_ENDPOINT_URL"] = endpoint


def _warm(_: int) -> None:
    hold_expiry.sweep_holds(clock=lambda: NOW)


def _books(task: tuple[int, int, bool, int]) -> Counter[str]:
    number, of, spread, week = task
    found: Counter[str] = Counter()
    until, visit = time.perf_counter() + SECONDS, number
    while time.perf_counter() < until:
        doctor_number, place = (visit % DOCTORS, visit // DOCTORS) if spread else (0, visit)
        start = FIRST + _LATER + timedelta(days=14 * week) + place * LASTS
        try:
            held = holds.create_hold(TENANT, HoldForm(PLAIN, doctor(doctor_number), start), clock=lambda: NOW)
            form = BookingForm(held.hold_id, held.hold_token, PATIENT)
            bookings.book(TENANT, form, new_id(), clock=lambda: NOW)
            found["booked"] += 1
        except Problem as problem:
            found[problem.code] += 1
        visit += of
    return found


def _ticks() -> Sequence[int]:
    """Return total and idle ticks of the processors."""
    first_line, _, _ = Path("/proc/stat").read_text().partition("\n")
    ticks = [int(one) for one in first_line.split()[1:]]
    return sum(ticks), ticks[3] + ticks[4]
