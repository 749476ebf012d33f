"""The cost of a search for free time in a full calendar: `python -m tests.benchmarks.searches`.

Calls, read capacity and milliseconds of a search on DynamoDB Local, which is AWS's own engine and counts capacity
as AWS does. Doctors work nine to six with a break of an hour; visits of half an hour follow on each other, and
every thirteenth is free. The engine shares the processors; how long this process was at work itself stands beside.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.settings import settings
from chalicelib.scheduling.model.allocation import Allocation, AllocationChange, CalendarOwner, Reservation
from chalicelib.scheduling.model.availability.working import working_time
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor, Hours
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.service.allocation import add_allocation_change
from chalicelib.scheduling.service.search import SlotSearch, find_slots
from chalicelib.scheduling.store.tenant_schedule import add_schedule
from infra.dynamodb_local import dynamodb_local
from infra.schema import create_tables

REGION = "us-east-1"
LOCAL_AWS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": REGION}
TENANT, DOCTORS, DAYS, ROUNDS = "tenant", 20, 7, 7
# A Monday.
NOW = datetime(2026, 3, 2, tzinfo=UTC)
VISIT = Service("visit", "Visit", 30, 0, 0, None, "#4f46e5")
LASTS = timedelta(minutes=VISIT.duration_minutes)
FREE_ONE_IN = 13
SEARCHES = (("a day", 1, 1000), ("seven days", 7, 1000), ("the next five", 90, 5))


@dataclass
class Consumption:
    """The calls to the table."""

    calls: int = 0
    read_units: float = 0.0
    whole_ms: list[float] = field(default_factory=list)
    at_work_ms: list[float] = field(default_factory=list)


def main() -> None:
    """Fill the calendar and print a line for each search."""
    with dynamodb_local() as endpoint:
        os.environ |= {**LOCAL_AWS, "AWS_ENDPOINT_URL": endpoint}
        names = {"DataTable": settings().table_name, "ConnectionsTable": settings().connections_table_name}
        create_tables(boto3.client("dynamodb", REGION, endpoint_url=endpoint), names)
        doctors = [_doctor(number) for number in range(DOCTORS)]
        setup = TenantSchedule({each.id: each for each in doctors}, {VISIT.id: VISIT}, {}, BookingRules(0, 366))
        transaction = Transaction()
        add_schedule(transaction, TENANT, setup)
        transaction.commit()
        with ThreadPoolExecutor(4) as lanes:
            booked = sum(lanes.map(_fill, doctors))
        sys.stdout.write(f"{DOCTORS} doctors, {DAYS} days, {booked} appointments\n")
        for count in (1, DOCTORS):
            for name, days, limit in SEARCHES:
                ids = [doctor.id for doctor in doctors[:count]]
                _report(f"{name}, {count} doctors", SlotSearch(VISIT.id, ids, NOW, NOW + timedelta(days), limit))


def _doctor(number: int) -> Doctor:
    hours = [Hours(weekday, "09:00", "18:00") for weekday in range(1, 8)]
    breaks = [Hours(weekday, "13:00", "14:00") for weekday in range(1, 8)]
    return Doctor(f"d{number}", f"Dr. {number}", "Europe/Lisbon", "", [VISIT.id], hours, breaks, [])


def _fill(doctor: Doctor) -> int:
    """Book a doctor's days. Returns the number of appointments."""
    work = working_time(doctor, Span(NOW, NOW + timedelta(DAYS)))
    starts = [start + number * LASTS for start, end in work for number in range((end - start) // LASTS)]
    taken = [start for number, start in enumerate(starts) if number % FREE_ONE_IN]
    for start in taken:
        span = Span(start, start + LASTS)
        owners = (CalendarOwner("doctor", doctor.id),)
        claim = AllocationChange(Reservation(f"{doctor.id:0>32}{start:%d%H%M}", span), Allocation(span, owners))
        transaction = Transaction()
        add_allocation_change(transaction, TENANT, claim, NOW)
        transaction.commit()
    return len(taken)


def _report(name: str, search: SlotSearch) -> None:
    bill, found = Consumption(), 0
    for _ in range(ROUNDS):
        started, began = time.perf_counter(), time.process_time()
        found = len(find_slots(TENANT, search, clock=lambda: NOW))
        bill.whole_ms.append((time.perf_counter() - started) * 1000)
        bill.at_work_ms.append((time.process_time() - began) * 1000)
    with _counted(bill):
        find_slots(TENANT, search, clock=lambda: NOW)
    asked = f"{bill.calls:>3} calls {bill.read_units:>6.1f} read units"
    whole, at_work = statistics.median(bill.whole_ms), statistics.median(bill.at_work_ms)
    sys.stdout.write(f"{name:<28}{asked}{whole:>7.0f} ms, {at_work:.0f} of them at work, {found} slots\n")


@contextmanager
def _counted(bill: Consumption) -> Iterator[None]:
    def ask(params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def add(parsed: dict[str, Any], **_: object) -> None:
        bill.calls += 1
        bill.read_units += parsed["ConsumedCapacity"]["CapacityUnits"]

    events = connection.client.meta.events
    events.register("provide-client-params.dynamodb.Query", ask)
    events.register("after-call.dynamodb.Query", add)
    yield
    events.unregister("provide-client-params.dynamodb.Query", ask)
    events.unregister("after-call.dynamodb.Query", add)


if __name__ == "__main__":
    main()
