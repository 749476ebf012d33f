"""The cost of a day of bookings: its calculation, and its tables in the guide."""

from dataclasses import replace

import pytest

from infra.paths import ROOT
from tests.benchmarks.booking_day import (
    DAYS_OF_A_MONTH,
    PARTITION_WRITES,
    BookingDay,
    dollars_of,
    limits,
    steps_of,
    tables,
    usage_of,
)

DAY = BookingDay()
GUIDE = (ROOT / "docs" / "guide" / "costs.md").read_text()


def test_cost_of_bookings_is_linear() -> None:
    assert dollars_of(replace(DAY, bookings=100_000)) == pytest.approx(2 * dollars_of(DAY))


def test_searches_dominate_reads() -> None:
    searching = steps_of(DAY)["search"]
    assert searching.usage.read_units * searching.times * DAY.bookings > 0.9 * usage_of(DAY).read_units


def test_peak_is_far_below_partition_limits() -> None:
    assert all(most / units > 30 * DAY.bookings_a_second for units, most in limits(DAY).values())


def test_unbooked_hold_is_written_twice() -> None:
    once = limits(replace(DAY, holds=1))["one doctor's hours, written"]
    twice = limits(replace(DAY, holds=2))["one doctor's hours, written"]
    assert (once[1], twice[0]) == (PARTITION_WRITES, 2 * once[0])


def test_guide_equals_the_booking_tables() -> None:
    for table in tables().split("\n\n"):
        assert table in GUIDE, "python -m tests.benchmarks.booking_day"
    day, month = dollars_of(DAY), dollars_of(DAY) * DAYS_OF_A_MONTH
    assert f"about {day:.0f} dollars a day, {round(month, -1):.0f} a month" in GUIDE
    assert f"{DAY.bookings_a_second:.1f} bookings and {DAY.bookings_a_second * DAY.searches:.0f} searches" in GUIDE
