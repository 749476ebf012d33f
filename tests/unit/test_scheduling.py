"""The wall-clock rules of a working week."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Fault
from chalicelib.core.shape import Unfit, parse_json
from chalicelib.scheduling.model import DoctorForm, Hours, ScheduleException, ServiceForm, faults_of

TIMES = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 1, 30, 59)] + ["24:00"]
times = st.sampled_from(TIMES)


def form(**parts: object) -> DoctorForm:
    return DoctorForm("Dr. Nunes", "Europe/Lisbon", **parts)  # type: ignore[arg-type]


def minutes(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


@given(st.lists(st.builds(Hours, weekday=st.integers(1, 7), start=times, end=times), max_size=6))
def test_every_span_that_does_not_end_after_it_starts_is_named(spans: list[Hours]) -> None:
    wrong = [number for number, span in enumerate(spans) if minutes(span.end) <= minutes(span.start)]

    for name, faults in (
        ("workingHours", faults_of(form(working_hours=spans))),
        ("breaks", faults_of(form(breaks=spans))),
    ):
        assert [fault.field for fault in faults] == [f"{name}.{number}.end" for number in wrong]


@given(times, times)
def test_an_exceptions_hours_end_later_than_they_start(start: str, end: str) -> None:
    exception = ScheduleException("2026-12-24", start=start, end=end)

    expected = [] if minutes(start) < minutes(end) else ["exceptions.0"]
    assert [fault.field for fault in faults_of(form(exceptions=[exception]))] == expected


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        (ScheduleException("2026-12-25", closed=True), None),
        (ScheduleException("2026-12-24", start="09:00", end="12:00"), None),
        (ScheduleException("2026-12-24"), "must be closed, or have both a start and an end"),
        (ScheduleException("2026-12-24", start="09:00"), "must be closed, or have both a start and an end"),
        (ScheduleException("2026-12-24", end="09:00"), "must be closed, or have both a start and an end"),
        (ScheduleException("2026-12-25", closed=True, end="12:00"), "is closed and cannot have hours too"),
    ],
)
def test_an_exception_is_closed_or_has_both_hours(exception: ScheduleException, message: str | None) -> None:
    expected = [Fault("exceptions.0", message)] if message else []
    assert faults_of(form(exceptions=[exception])) == expected


@pytest.mark.parametrize("time", ["00:00", "09:30", "23:59", "24:00"])
def test_a_time_of_day_is_read(time: str) -> None:
    parse_json(Hours, json.dumps({"weekday": 1, "start": time, "end": time}).encode())


@pytest.mark.parametrize("time", ["9:30", "24:01", "12:60", "09:30:00", "noon", "", "09:30\n", "٠٩:٣٠"])
def test_what_is_no_time_of_day_is_refused(time: str) -> None:
    with pytest.raises(Unfit) as refused:
        parse_json(Hours, json.dumps({"weekday": 1, "start": time, "end": "10:00"}).encode())

    assert refused.value.faults == [("start", "must be a time of day, for example 09:30")]


@pytest.mark.parametrize("date", ["2026-02-29", "2026-1-1", "20260101", "2026-W01-1", "tomorrow"])
def test_what_is_no_date_is_refused(date: str) -> None:
    with pytest.raises(Unfit) as refused:
        parse_json(ScheduleException, json.dumps({"date": date, "closed": True}).encode())

    assert refused.value.faults == [("date", "must be a date, for example 2026-01-31")]


@pytest.mark.parametrize("minutes_long", [4, 24 * 60 + 1])
def test_a_service_lasts_five_minutes_to_a_day(minutes_long: int) -> None:
    with pytest.raises(Unfit) as refused:
        parse_json(ServiceForm, json.dumps({"name": "x", "durationMinutes": minutes_long}).encode())

    assert [path for path, _ in refused.value.faults] == ["durationMinutes"]
