"""Bounds of a search: instants, and dates on a zone's calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scheduling.api.date_or_instant import range_errors, to_instant

ZONES = ["UTC", "Europe/Lisbon", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu"]
SECOND = timedelta(seconds=1)


@given(st.dates(date(1970, 1, 3), date(2100, 1, 1)), st.sampled_from(ZONES))
def test_date_starts_at_first_instant_of_local_day(day: date, zone: str) -> None:
    start = to_instant(day.isoformat(), zone)

    assert start.tzinfo is UTC
    assert start.astimezone(ZoneInfo(zone)).date() >= day
    assert (start - SECOND).astimezone(ZoneInfo(zone)).date() < day


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        ("2026-03-02", "Asia/Kathmandu", "2026-03-01T18:15:00+00:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00+00:00"),  # midnight is skipped
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00+00:00"),  # the date is skipped
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00+00:00"),
        ("2026-03-02T09:00:00+01:00", "Asia/Kathmandu", "2026-03-02T08:00:00+00:00"),
    ],
)
def test_date_is_read_in_zone_and_instant_is_not(day: str, zone: str, start: str) -> None:
    assert to_instant(day, zone) == datetime.fromisoformat(start)


@pytest.mark.parametrize(
    ("seconds", "fits"), [(0, False), (-1, False), (1, True), (366 * 86400, True), (366 * 86400 + 1, False)]
)
def test_range_is_between_one_second_and_366_days(seconds: int, *, fits: bool) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)

    assert (range_errors(start, start + seconds * SECOND) == []) is fits
    assert range_errors(None, start) == range_errors(start, None) == []
