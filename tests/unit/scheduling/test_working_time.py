"""Working time by example."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.scheduling.model.availability.working import breaks_in, working_time
from chalicelib.scheduling.model.doctor import Hours
from chalicelib.scheduling.model.span import Span
from tests.unit.scheduling.doctor_builders import at, doctor, span

# Monday, 2 March 2026; Lisbon is then at UTC.
MONDAY = span("2026-03-02T00:00", "2026-03-03T00:00")
ALL_WEEK = range(1, 8)


def test_working_time_excludes_breaks() -> None:
    nunes = doctor("Europe/Lisbon", {1: "09:00-17:00"}, breaks={1: "12:00-13:00 16:30-18:00", 2: "10:00-11:00"})

    assert working_time(nunes, MONDAY) == [
        span("2026-03-02T09:00", "12:00"),
        span("2026-03-02T13:00", "16:30"),
    ]


def test_breaks_are_limited_to_working_hours() -> None:
    nunes = doctor("Europe/Lisbon", {1: "09:00-17:00"}, breaks={1: "08:00-08:30 12:00-13:00 16:30-18:00"})

    assert breaks_in(nunes, MONDAY) == [span("2026-03-02T12:00", "13:00"), span("2026-03-02T16:30", "17:00")]


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        (["2026-03-02 closed"], []),
        (["2026-03-09 closed"], [span("2026-03-02T09:00", "12:00")]),
        (["2026-03-02 14:00-16:00"], [span("2026-03-02T09:00", "12:00"), span("2026-03-02T14:00", "16:00")]),
        (["2026-03-02 11:00-13:00"], [span("2026-03-02T09:00", "13:00")]),
        (["2026-03-02 14:00-16:00", "2026-03-02 closed"], [span("2026-03-02T14:00", "16:00")]),
    ],
    ids=["closed", "another date", "extra", "extra that overlaps", "other hours"],
)
def test_exception_changes_its_date(exceptions: list[str], expected: list[Span]) -> None:
    nunes = doctor("Europe/Lisbon", {1: "09:00-12:00"}, exceptions=exceptions)

    assert working_time(nunes, MONDAY) == expected


def test_weekly_breaks_apply_to_extra_hours() -> None:
    nunes = doctor("Europe/Lisbon", {}, breaks={1: "12:00-13:00"}, exceptions=["2026-03-02 11:00-14:00"])

    assert working_time(nunes, MONDAY) == [span("2026-03-02T11:00", "12:00"), span("2026-03-02T13:00", "14:00")]


def test_touching_spans_are_joined_over_midnight() -> None:
    nunes = doctor("Europe/Lisbon", {1: "20:00-22:00 22:00-24:00", 2: "00:00-06:00"})

    assert working_time(nunes, span("2026-03-02T00:00", "2026-03-04T00:00")) == [
        span("2026-03-02T20:00", "2026-03-03T06:00")
    ]


def test_week_without_pause_is_one_span() -> None:
    nunes = doctor("Europe/Lisbon", dict.fromkeys(ALL_WEEK, "00:00-24:00"))
    year = span("2026-01-01T00:00", "2027-01-01T00:00")

    assert working_time(nunes, year) == [year]


def test_working_time_is_clipped_to_range_in_utc() -> None:
    nunes = doctor("Europe/Lisbon", {1: "09:00-12:00 13:00-17:00"})
    east = timezone(timedelta(hours=3))
    asked = Span(datetime(2026, 3, 2, 14, 30, 0, 500_000, east), datetime(2026, 3, 2, 17, 0, 0, 1_000, east))

    first, last = working_time(nunes, asked)

    assert (first, last) == (
        Span(asked.start, at("2026-03-02T12:00")),
        Span(at("2026-03-02T13:00"), asked.end),
    )
    assert all(instant.tzinfo is UTC for each in (first, last) for instant in each)


@pytest.mark.parametrize("milliseconds", [0, -1])
def test_empty_range_has_no_working_time(milliseconds: int) -> None:
    nunes = doctor("Europe/Lisbon", {1: "09:00-12:00"})
    start = at("2026-03-02T10:00:00.500")

    assert working_time(nunes, Span(start, start + timedelta(milliseconds=milliseconds))) == []


def test_hours_ending_before_start_are_ignored() -> None:
    backwards = {1: "07:00-08:00 12:00-09:00 10:00-10:00"}
    nunes = doctor("Europe/Lisbon", backwards, breaks=backwards, exceptions=["2026-03-02 18:00-17:00"])

    assert working_time(nunes, MONDAY) == []
    assert working_time(replace(nunes, breaks=[]), MONDAY) == [span("2026-03-02T07:00", "08:00")]


@pytest.mark.parametrize(
    ("zone", "date", "expected"),
    [
        ("Europe/Lisbon", "2026-03-29", span("2026-03-29T00:00", "03:00")),
        ("Europe/Lisbon", "2026-10-25", span("2026-10-24T23:00", "2026-10-25T04:00")),
        ("Europe/Lisbon", "2022-10-30", span("2022-10-29T23:00", "2022-10-30T04:00")),  # ends a block of 32 days
        ("Europe/Dublin", "2026-03-29", span("2026-03-29T00:00", "03:00")),
        ("Europe/Dublin", "2026-10-25", span("2026-10-24T23:00", "2026-10-25T04:00")),
        ("America/New_York", "2026-03-08", span("2026-03-08T05:00", "08:00")),
        ("America/New_York", "2026-11-01", span("2026-11-01T04:00", "09:00")),
        ("Australia/Lord_Howe", "2026-10-04", span("2026-10-03T13:30", "17:00")),
        ("Australia/Lord_Howe", "2026-04-05", span("2026-04-04T13:00", "17:30")),
        ("Antarctica/Troll", "2026-03-29", span("2026-03-29T00:00", "02:00")),
        ("Antarctica/Troll", "2026-10-25", span("2026-10-24T22:00", "2026-10-25T04:00")),
        ("America/Sao_Paulo", "2018-11-04", span("2018-11-04T03:00", "06:00")),
        ("Africa/Cairo", "2026-04-24", span("2026-04-23T22:00", "2026-04-24T01:00")),
        ("Asia/Kathmandu", "2026-03-29", span("2026-03-28T18:15", "22:15")),
    ],
)
def test_night_shift_length_follows_clock_changes(zone: str, date: str, expected: Span) -> None:
    nunes = doctor(zone, {}, exceptions=[f"{date} 00:00-04:00"])
    around = Span(at(date) - timedelta(days=2), at(date) + timedelta(days=3))

    assert working_time(nunes, around) == [expected]


def test_skipped_date_has_no_hours() -> None:
    hours = {4: "22:00-24:00", 5: "00:00-24:00", 6: "00:00-02:00"}

    found = working_time(doctor("Pacific/Apia", hours), span("2011-12-29T12:00", "2011-12-31T12:00"))

    assert found == [span("2011-12-30T08:00", "12:00")]
    assert working_time(doctor("Pacific/Apia", {5: hours[5]}), span("2011-12-29T12:00", "2012-01-01T00:00")) == []


def test_date_repeated_after_midnight_is_worked_in_parts() -> None:
    # At 00:01 of 2 November 2008 the clocks of St. John's went back to 23:01 of the first.
    nunes = doctor("America/St_Johns", {7: "00:00-00:30"})

    assert working_time(nunes, span("2008-11-01T12:00", "2008-11-02T12:00")) == [
        span("2008-11-02T02:30", "02:31"),
        span("2008-11-02T03:30", "04:00"),
    ]


def test_local_mean_time_is_exact_to_the_second() -> None:
    # Monrovia was 44 minutes and 30 seconds behind until 1972.
    nunes = doctor("Africa/Monrovia", {1: "09:00-17:00"})

    assert working_time(nunes, span("1971-03-01T00:00", "1971-03-02T00:00")) == [
        span("1971-03-01T09:44:30", "17:44:30")
    ]


def test_weekday_is_taken_in_doctors_zone() -> None:
    nunes = doctor("Pacific/Kiritimati", {1: "09:00-10:00"})  # 14 hours ahead

    assert working_time(nunes, span("2026-03-01T00:00", "2026-03-02T00:00")) == [span("2026-03-01T19:00", "20:00")]
    assert nunes.working_hours == [Hours(1, "09:00", "10:00")]
