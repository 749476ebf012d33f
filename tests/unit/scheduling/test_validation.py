"""Validation of doctors and services."""

import json
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.http.errors import FieldError
from chalicelib.core.http.schema import ValidationError, parse_json
from chalicelib.scheduling.model.doctor import DoctorForm, Hours, ScheduleException
from chalicelib.scheduling.model.service import Need, ServiceForm
from chalicelib.scheduling.model.validation import (
    MAX_PER_KIND,
    can_meet_needs,
    errors_in_changes,
    quota_errors,
    validate_doctor,
    validate_service,
)

TIMES = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 1, 30, 59)] + ["24:00"]
times = st.sampled_from(TIMES)


def form(**parts: object) -> DoctorForm:
    return DoctorForm("Dr. Nunes", "Europe/Lisbon", **parts)  # type: ignore[arg-type]


def minutes(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


@given(st.lists(st.builds(Hours, weekday=st.integers(1, 2), start=times, end=times), max_size=6))
def test_hours_empty_or_overlapping_are_reported(spans: list[Hours]) -> None:
    wrong = []
    for number, span in enumerate(spans):
        if minutes(span.end) <= minutes(span.start):
            wrong.append(f".{number}.end")
        elif time_of(span) & set().union(*(time_of(other) for other in spans[:number])):
            wrong.append(f".{number}")

    for name, faults in (
        ("workingHours", validate_doctor(form(working_hours=spans))),
        ("breaks", validate_doctor(form(breaks=spans))),
    ):
        assert [fault.field for fault in faults] == [f"{name}{place}" for place in wrong]


def time_of(span: Hours) -> set[tuple[int, int]]:
    """Return each minute of a span with its weekday."""
    return {(span.weekday, minute) for minute in range(minutes(span.start), minutes(span.end))}


@given(times, times)
def test_exception_hours_must_end_after_start(start: str, end: str) -> None:
    exception = ScheduleException("2026-12-24", start=start, end=end)

    expected = [] if minutes(start) < minutes(end) else ["exceptions.0"]
    assert [fault.field for fault in validate_doctor(form(exceptions=[exception]))] == expected


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
def test_exception_is_closed_or_has_start_and_end(exception: ScheduleException, message: str | None) -> None:
    expected = [FieldError("exceptions.0", message)] if message else []
    assert validate_doctor(form(exceptions=[exception])) == expected


@pytest.mark.parametrize("time", ["00:00", "09:30", "23:59", "24:00"])
def test_wall_time_valid_is_accepted(time: str) -> None:
    parse_json(Hours, json.dumps({"weekday": 1, "start": time, "end": time}).encode())


@pytest.mark.parametrize("time", ["9:30", "24:01", "12:60", "09:30:00", "noon", "", "09:30\n", "٠٩:٣٠"])
def test_wall_time_malformed_is_rejected(time: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_json(Hours, json.dumps({"weekday": 1, "start": time, "end": "10:00"}).encode())

    assert refused.value.errors == [("start", "must be a time of day, for example 09:30")]


@pytest.mark.parametrize("date", ["2026-02-29", "2026-1-1", "20260101", "2026-W01-1", "tomorrow"])
def test_date_malformed_is_rejected(date: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_json(ScheduleException, json.dumps({"date": date, "closed": True}).encode())

    assert refused.value.errors == [("date", "must be a date, for example 2026-01-31")]


@pytest.mark.parametrize("minutes_long", [4, 24 * 60 + 1])
def test_service_duration_is_five_minutes_to_a_day(minutes_long: int) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_json(ServiceForm, json.dumps({"name": "x", "durationMinutes": minutes_long}).encode())

    assert [path for path, _ in refused.value.errors] == ["durationMinutes"]


NEEDS = st.lists(
    st.builds(Need, st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True)), max_size=3
)


@given(NEEDS, st.sets(st.sampled_from("abcd")))
def test_needs_can_be_met_by_halls_condition(needs: list[Need], in_use: set[str]) -> None:
    some = (chosen for size in range(1, len(needs) + 1) for chosen in combinations(needs, size))
    has_enough = all(
        len(in_use & {one for need in chosen for one in need.any_of}) >= len(chosen) for chosen in some
    )  # Hall's theorem

    assert can_meet_needs(needs, in_use) == has_enough


@pytest.mark.parametrize(("before", "after", "fits"), [(0, 0, True), (30, 60, True), (30, 65, False)])
def test_service_with_buffers_lasts_a_day_at_most(before: int, after: int, *, fits: bool) -> None:
    faults = validate_service(ServiceForm("Long one", 1350, before, after), {})

    assert [fault.field for fault in faults] == ([] if fits else ["durationMinutes"])


def test_extra_hours_may_touch_but_not_overlap() -> None:
    hours = [("09:00", "10:00"), ("10:00", "11:00"), ("10:30", "24:00"), ("23:00", "23:30")]
    exceptions = [ScheduleException("2026-12-24", start=start, end=end) for start, end in hours]

    faults = validate_doctor(form(exceptions=exceptions))

    assert [fault.field for fault in faults] == ["exceptions.2", "exceptions.3"]


@pytest.mark.parametrize(("present", "fits"), [(0, True), (MAX_PER_KIND - 1, True), (MAX_PER_KIND, False)])
def test_quota_of_doctors_is_enforced(present: int, *, fits: bool) -> None:
    assert (quota_errors("doctors", range(present)) == []) is fits


def test_change_keeps_only_errors_of_changed_fields() -> None:
    faults = [FieldError("workingHours.0.end", "wrong"), FieldError("serviceIds.1", "wrong")]

    assert errors_in_changes({"service_ids": ["a", "a"]}, faults) == faults[1:]
    assert [fault.field for fault in errors_in_changes({}, [])] == ["body"]
