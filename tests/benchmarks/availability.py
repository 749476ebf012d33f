"""The time of a search for free time: `python -m tests.benchmarks.availability [ROUNDS]`.

The rules alone, in this process: doctors in four zones, working nine to six with a break of an hour, visits of
half an hour with five minutes after them, starts every quarter of an hour. In a full calendar visit follows on
visit, and every thirteenth is free; in a half full one every other is. Each figure is the best of several rounds.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalicelib.scheduling.model.availability.slots import SlotQuery, next_slots
from chalicelib.scheduling.model.availability.working import working_time
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor, Hours
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span

ROUNDS = 7
DOCTORS, DAYS = (1, 5, 20, 100), (1, 7, 30, 90)
SOME_DOCTORS, SOME_DAYS = 20, 7
AIM_MS = 50
EVERYTHING = 10**9
ZONES = ("Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
# A Monday; the clocks of three zones change within the ninety days that follow.
NOW = datetime(2026, 2, 2, tzinfo=UTC)
RULES = BookingRules(minimum_notice_minutes=0, horizon_days=366, slot_step_minutes=15)
VISIT = Service("visit", "Visit", 30, 0, 5, None, "#4f46e5")
LASTS, DAY = timedelta(minutes=35), timedelta(days=1)
ROOMS = ("room 1", "room 2", "room 3", "scanner 1", "scanner 2")
# The booked visits of a doctor, counted from now.
FILLINGS: dict[str, Callable[[int], bool]] = {
    "empty": lambda _: False,
    "half full": lambda visit: visit % 2 == 0,
    "full": lambda visit: visit % 13 != 0,
}


class Timed(NamedTuple):
    """Milliseconds of the best round, and the number of slots."""

    best_ms: float
    slots: int


def doctor(number: int) -> Doctor:
    """Return a doctor who works every day."""
    hours = [Hours(weekday, "09:00", "18:00") for weekday in range(1, 8)]
    breaks = [Hours(weekday, "13:00", "14:00") for weekday in range(1, 8)]
    return Doctor(f"d{number}", "Dr. Nunes", ZONES[number % 4], "", ["visit"], hours, breaks, [])


def occupied(of_doctor: Doctor, days: int, filling: str) -> list[Span]:
    """Return the booked time of consecutive visits during the working hours."""
    starts = (
        start + number * LASTS
        for start, end in working_time(of_doctor, Span(NOW, NOW + days * DAY))
        for number in range((end - start) // LASTS)
    )
    return [Span(start, start + LASTS) for visit, start in enumerate(starts) if FILLINGS[filling](visit)]


def tenant_slots(doctors: int, days: int, filling: str, *, rooms: bool = False) -> list[SlotQuery]:
    """Return the slot queries of a visit with each doctor; with rooms, it needs a room and a device too."""
    several = [doctor(number) for number in range(doctors)]
    busy = [occupied(each, days, filling) for each in several]
    needs = (dict.fromkeys(ROOMS[:3], busy[0]), dict.fromkeys(ROOMS[3:], busy[0])) if rooms else ()
    return [SlotQuery(each, VISIT, RULES, its, needs) for each, its in zip(several, busy, strict=True)]


def timed(offers: list[SlotQuery], days: int, limit: int, rounds: int) -> Timed:
    """Measure several searches."""
    taken, found = [], 0
    for _ in range(rounds):
        started = time.perf_counter()
        found = len(next_slots(offers, Span(NOW, NOW + days * DAY), NOW, limit))
        taken.append((time.perf_counter() - started) * 1000)
    return Timed(min(taken), found)


def report(title: str, measured: Timed) -> None:
    """Print one row."""
    print(f"{title:<44}{measured.best_ms:10.2f}{measured.slots:10}")


def main(rounds: int) -> None:
    """Measure and print."""
    print(f"{'all slots':<44}{'ms':>10}{'slots':>10}")
    for filling in FILLINGS:
        for doctors in DOCTORS:
            offers = tenant_slots(doctors, SOME_DAYS, filling)
            report(f"{doctors} doctors, {SOME_DAYS} days, {filling}", timed(offers, SOME_DAYS, EVERYTHING, rounds))
        for days in DAYS:
            offers = tenant_slots(SOME_DOCTORS, days, filling)
            report(f"{SOME_DOCTORS} doctors, {days} days, {filling}", timed(offers, days, EVERYTHING, rounds))
        offers = tenant_slots(SOME_DOCTORS, SOME_DAYS, filling, rooms=True)
        title = f"{SOME_DOCTORS} doctors, {SOME_DAYS} days, {filling}, 5 rooms"
        report(title, timed(offers, SOME_DAYS, EVERYTHING, rounds))
    print("the next five")
    for filling in FILLINGS:
        offers = tenant_slots(SOME_DOCTORS, DAYS[-1], filling)
        report(f"{SOME_DOCTORS} doctors, {DAYS[-1]} days, {filling}", timed(offers, DAYS[-1], 5, rounds))
    print(f"aim: all of {SOME_DOCTORS} full doctors in {SOME_DAYS} days in less than {AIM_MS} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
