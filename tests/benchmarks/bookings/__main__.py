"""Print the tables: `python -m tests.benchmarks.bookings [ROUNDS]`. For searches see tests/benchmarks/searches.py.

Read units are what DynamoDB Local reports; write units are reckoned from the items' sizes (weighing.py). Of
reading, the layout of an item for each cell is compared by the full day alone.
"""

import os
import sys
from contextlib import nullcontext

import boto3
from boto3.dynamodb.conditions import Key

from chalicelib.core.dynamodb import keys
from chalicelib.core.settings import settings
from infra.dynamodb_local import dynamodb_local
from infra.schema import create_tables
from tests.benchmarks.bookings.cells import one_item_each
from tests.benchmarks.bookings.limits import longest_appointment
from tests.benchmarks.bookings.operations import Layout, costs_of
from tests.benchmarks.bookings.schedule import PLAIN, TENANT, WITH_ROOM, create_schedule, doctor
from tests.benchmarks.bookings.speed import speed

REGION = "us-east-1"
LOCAL_AWS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": REGION}
ROUNDS = 82
LAYOUTS: dict[str, Layout] = {"hour sheets": nullcontext, "an item per cell": one_item_each}


def main(rounds: int) -> None:
    """Measure in turn and print."""
    with dynamodb_local() as endpoint:
        os.environ |= {**LOCAL_AWS, "AWS_ENDPOINT_URL": endpoint}
        names = {"DataTable": settings().table_name, "ConnectionsTable": settings().connections_table_name}
        create_tables(boto3.client("dynamodb", REGION, endpoint_url=endpoint), names)
        create_schedule()
        costs_of(PLAIN, (18, 19), rounds // 4, nullcontext)
        _report_acts(rounds)
        _report_sizes(endpoint)
        _report_longest()
        _report_speed(endpoint)


def _report_acts(rounds: int) -> None:
    print(f"{'':<50}{'calls':>7}{'items':>7}{'write units':>13}{'read units':>12}{'ms':>7}")
    doctors = iter(range(0, 16, 2))
    for service_id, needs in ((PLAIN, "no room"), (WITH_ROOM, "one of 3 rooms")):
        for name, layout in LAYOUTS.items():
            first = next(doctors)
            for act, costs in costs_of(service_id, (first, first + 1), rounds, layout).items():
                print(f"{act + ', ' + needs:<32}{name:<18}{costs.line()}")


def _report_sizes(endpoint: str) -> None:
    """Print the size of a full day of a doctor in both layouts."""
    table = boto3.resource("dynamodb", REGION, endpoint_url=endpoint).Table(settings().table_name)
    for name, partition in (
        ("hour sheets", keys.calendar_partition(TENANT, keys.doctor(doctor(1)))),
        ("an item per cell", f"{keys.calendar_partition(TENANT, keys.doctor(doctor(3)))}#CELLS"),
    ):
        day = Key("pk").eq(partition) & Key("sk").begins_with("HOUR#2026-05-02")
        found = table.query(KeyConditionExpression=day, ReturnConsumedCapacity="TOTAL")
        units = found["ConsumedCapacity"]["CapacityUnits"]
        print(f"a full day of 24 hours, {name:<18}{found['Count']:>6} items {units:>6.1f} read units")


def _report_longest() -> None:
    for resources in range(4):
        as_cells, as_sheets = (longest_appointment(1 + resources, minutes) for minutes in (5, 60))
        what = f"the longest that can be moved, {resources} rooms and devices"
        print(f"{what:<52}{as_cells:>5} minutes as cells, {as_sheets:>5} as hour sheets")


def _report_speed(endpoint: str) -> None:
    week = 0
    for spread in (True, False):
        for processes in (1, 2, 4, 8):
            found, week = speed(endpoint, processes, spread=spread, week=week), week + 1
            where = "over 20 doctors" if spread else "all on one doctor"
            refused = ", ".join(f"{count} {code}" for code, count in found.refused.items()) or "nothing refused"
            numbers = f"{found.a_second:7.1f} bookings a second, {refused}, processors {found.busy:.0%} busy"
            print(f"{where:<20}{found.processes:>3} processes{numbers}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
