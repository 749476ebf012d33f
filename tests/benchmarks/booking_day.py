"""The cost of a day of many bookings on AWS, and its first bottleneck: `python -m tests.benchmarks.booking_day`.

Pure arithmetic, in the manner of busy_day.py: units as tests/benchmarks/bookings and searches.py count them for
visits of half an hour with five minutes after each, function runs as the stream's filter lets records through.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.busy_day import ANSWER_BYTES, CALL_MS, LIST_BYTES, OWN_MS, REQUESTS_OF_A_MESSAGE, Usage

# Of one partition, AWS's guide "Understanding DynamoDB warm throughput"; of a new table on demand, the same.
PARTITION_WRITES, PARTITION_READS = 1_000, 3_000
NEW_TABLE_WRITES, NEW_TABLE_READS = 4_000, 12_000
DEADLINE_SHARDS = 8
DOLLARS_OF_A_MAIL = 0.0001
DAYS_OF_A_MONTH = 30


@dataclass(frozen=True)
class BookingDay:
    """An assumed day, with so many searches and holds for each booking."""

    bookings: int = 50_000
    share_of_peak: float = 0.4
    peak_hours: float = 2
    searches: float = 5
    doctors_searched: int = 4
    holds: float = 1.2

    @property
    def bookings_a_second(self) -> float:
        """The bookings in a second, at the peak."""
        return self.bookings * self.share_of_peak / (self.peak_hours * 3600)


@dataclass(frozen=True)
class Step:
    """One step of a booking: how often it occurs, and its usage.

    `hours` are the hour buckets that it writes, each a record of the stream, as are `records` of other kinds.
    """

    times: float
    calls: float
    write_units: float
    read_units: float
    requests: int = 1
    hours: float = 0.0
    records: int = 0
    messages: int = 0
    own_ms: float = OWN_MS
    answer_bytes: int = ANSWER_BYTES

    @property
    def usage(self) -> Usage:
        """The usage of one occurrence."""
        followed = self.hours + self.records
        # Each record needs one query for its audience; each message is sent, and a function receives it.
        runs = 1 + followed + self.messages
        ms = self.own_ms + CALL_MS * self.calls + (OWN_MS + CALL_MS) * (runs - 1)
        return Usage(
            rest_requests=self.requests,
            function_runs=runs,
            gb_seconds=ms / 1000,
            write_units=self.write_units,
            read_units=self.read_units + 0.5 * followed + self.messages,
            queue_requests=REQUESTS_OF_A_MESSAGE * self.messages,
            gb_out=self.requests * self.answer_bytes / 1e9,
        )


# Read units of a doctor's full week, and of the schedule of a tenant with four doctors.
_WEEK_UNITS, _SETUP_UNITS = 6.0, 1.0
# Milliseconds of a processor to search a doctor's week.
_WEEK_MS = 15.0
_HOURS = 1.5


def steps_of(day: BookingDay) -> dict[str, Step]:
    """Return the steps of one booking."""
    doctors = day.doctors_searched
    return {
        "search": Step(
            day.searches, 1 + doctors, 0, _SETUP_UNITS + doctors * _WEEK_UNITS,
            own_ms=OWN_MS + doctors * _WEEK_MS, answer_bytes=LIST_BYTES,
        ),
        "hold, with its timer": Step(day.holds, 2, 6, 1.5, hours=_HOURS, records=1, messages=1),
        "lapse of what is not booked": Step(day.holds - 1, 1, 6, 1, requests=0, hours=_HOURS, records=1),
        "book": Step(1, 4, 13, 3.5, hours=_HOURS, records=2),
        "mail": Step(1, 3, 1, 2, requests=0, messages=1),
    }  # fmt: skip


def usage_of(day: BookingDay) -> Usage:
    """Return the usage of a whole day."""
    return sum((step.usage * (step.times * day.bookings) for step in steps_of(day).values()), Usage())


def dollars_of(day: BookingDay) -> float:
    """Return the price at list prices, with a mail for each booking."""
    return usage_of(day).dollars + day.bookings * DOLLARS_OF_A_MAIL


def limits(day: BookingDay) -> dict[str, tuple[float, float]]:
    """Return for each part of the table its load of a booking, in units, and its limit in a second."""
    steps = steps_of(day)
    writes, reads = (sum(getattr(step.usage, name) * step.times for step in steps.values()) for name in _UNITS)
    hours = 2 * _HOURS * (2 * day.holds)
    return {
        "one doctor's hours, written": (hours, PARTITION_WRITES),
        "one doctor's hours, read": (day.searches * _WEEK_UNITS, PARTITION_READS),
        "one practice's set-up, read": (_SETUP_UNITS * (day.searches + day.holds + 1), PARTITION_READS),
        "one practice's timeline, in the index": (1, PARTITION_WRITES),
        "deadlines of holds, in the index": (2 * day.holds, PARTITION_WRITES * DEADLINE_SHARDS),
        "a new table, written": (writes, NEW_TABLE_WRITES),
        "a new table, read": (reads, NEW_TABLE_READS),
    }


_UNITS = ("write_units", "read_units")


def tables() -> str:
    """Return all tables in Markdown."""
    day = BookingDay()
    return "\n\n".join("\n".join(rows) for rows in (_by_step(day), _by_limit(day)))


def _by_step(day: BookingDay) -> Iterator[str]:
    yield "| of 50,000 bookings | a day | function runs | write units | read units | dollars |"
    yield "| --- | --: | --: | --: | --: | --: |"
    for name, step in steps_of(day).items():
        yield _row(name, step.times * day.bookings, step.usage * (step.times * day.bookings))
    yield _row("**together**", None, usage_of(day))


def _row(name: str, times: float | None, use: Usage) -> str:
    often = "" if times is None else f"{times:,.0f}"
    units = f"{use.function_runs:,.0f} | {use.write_units:,.0f} | {use.read_units:,.0f}"
    return f"| {name} | {often} | {units} | {use.dollars:,.2f} |"


def _by_limit(day: BookingDay) -> Iterator[str]:
    yield "| what is in one place | units a booking | units a second | bookings a second |"
    yield "| --- | --: | --: | --: |"
    for name, (units, most) in sorted(limits(day).items(), key=lambda each: each[1][1] / each[1][0]):
        yield f"| {name} | {units:,.1f} | {most:,} | {most / units:,.0f} |"


if __name__ == "__main__":
    print(tables())
