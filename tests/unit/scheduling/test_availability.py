"""Slots by example."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from chalicelib.scheduling.model.availability.slots import (
    Slot,
    SlotQuery,
    is_offered,
    merge_slots,
    next_slots,
    slots,
)
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.span import Span
from tests.unit.scheduling.doctor_builders import at, doctor, service, span

# Monday, 2 March 2026; Lisbon is then at UTC.
MONDAY = span("2026-03-02T00:00", "2026-03-03T00:00")
NOW = at("2026-03-01T12:00")
HOURLY = BookingRules(minimum_notice_minutes=0, horizon_days=90, slot_step_minutes=60)
NUNES = doctor("Europe/Lisbon", {1: "09:00-12:00"})
EVERY_DAY = range(1, 8)


def slot_query(
    by: Doctor = NUNES, minutes: int = 60, before: int = 0, after: int = 0, *, busy: Sequence[Span] = ()
) -> SlotQuery:
    return SlotQuery(by, service(minutes, before, after), HOURLY, busy)


def times(query: SlotQuery, within: Span = MONDAY, now: datetime = NOW) -> list[str]:
    """Return the starts on the doctor's clock."""
    zone = ZoneInfo(query.doctor.time_zone)
    return [slot.start.astimezone(zone).strftime("%H:%M") for slot in slots(query, within, now)]


def test_slot_has_start_and_end() -> None:
    assert next(slots(slot_query(), MONDAY, NOW)) == Slot("nunes", *span("2026-03-02T09:00", "10:00"))


def test_slot_ending_at_closing_is_offered_and_starting_then_not() -> None:
    assert times(slot_query(minutes=60)) == ["09:00", "10:00", "11:00"]
    assert times(slot_query(minutes=61)) == ["09:00", "10:00"]


def test_grid_restarts_with_hours_and_continues_through_breaks() -> None:
    nunes = doctor("Europe/Lisbon", {1: "09:10-12:00 12:00-14:30"}, breaks={1: "10:00-10:30"})

    assert times(slot_query(nunes, 30)) == ["09:10", "11:10", "12:00", "13:00", "14:00"]


def test_overlapping_hours_offer_each_start_once_in_order() -> None:
    nunes = doctor("Europe/Lisbon", {1: "10:30-13:00 09:00-12:00"}, exceptions=["2026-03-02 10:00-11:00"])

    assert times(slot_query(nunes)) == ["09:00", "10:00", "10:30", "11:00", "11:30"]


def test_slot_ends_before_break() -> None:
    nunes = doctor("Europe/Lisbon", {1: "09:00-14:00"}, breaks={1: "11:00-12:00"})

    assert times(slot_query(nunes, 60)) == ["09:00", "10:00", "12:00", "13:00"]
    assert times(slot_query(nunes, 90)) == ["09:00", "12:00"]


def test_exception_closes_date_or_replaces_hours() -> None:
    closed = replace(NUNES, exceptions=doctor("UTC", {}, exceptions=["2026-03-02 closed"]).exceptions)
    moved = ["2026-03-02 closed", "2026-03-02 14:20-16:20"]

    assert times(slot_query(closed)) == []
    assert times(slot_query(doctor("Europe/Lisbon", {1: "09:00-12:00"}, exceptions=moved))) == ["14:20", "15:20"]


def test_slot_overlapping_busy_time_is_left_out() -> None:
    assert times(slot_query(busy=[span("2026-03-02T10:00", "11:00")])) == ["09:00", "11:00"]
    assert times(slot_query(busy=[span("2026-03-02T09:55", "10:05")])) == ["11:00"]


def test_buffers_avoid_busy_time_and_may_exceed_hours() -> None:
    assert times(slot_query(before=15, after=15)) == ["09:00", "10:00", "11:00"]
    assert times(slot_query(before=15, after=15, busy=[span("2026-03-02T08:40", "08:45")])) == [
        "09:00",
        "10:00",
        "11:00",
    ]
    assert times(slot_query(before=15, after=15, busy=[span("2026-03-02T08:40", "08:50")])) == ["10:00", "11:00"]
    assert times(slot_query(before=15, after=15, busy=[span("2026-03-02T12:10", "12:20")])) == ["09:00", "10:00"]
    assert times(slot_query(after=1, busy=[span("2026-03-02T11:00", "11:05")])) == ["09:00"]


def test_busy_spans_may_overlap_in_any_order() -> None:
    busy = [
        span("2026-03-02T11:30", "11:40"),
        span("2026-03-01T20:00", "2026-03-02T09:30"),
        span("2026-03-02T08:00", "08:05"),
    ]

    assert times(slot_query(busy=busy)) == ["10:00"]


def test_night_shift_is_offered_over_midnight() -> None:
    nunes = doctor("Europe/Lisbon", {1: "22:00-24:00", 2: "00:00-02:00"})

    assert times(slot_query(nunes, 120), span("2026-03-02T20:00", "2026-03-03T06:00")) == [
        "22:00",
        "23:00",
        "00:00",
    ]


def test_whole_day_is_offered() -> None:
    nunes = doctor("Europe/Lisbon", dict.fromkeys(EVERY_DAY, "00:00-24:00"))

    assert len(times(slot_query(nunes, 24 * 60))) == 24
    assert times(slot_query(replace(nunes, working_hours=nunes.working_hours[:1]), 24 * 60)) == ["00:00"]


@pytest.mark.parametrize(
    ("zone", "date", "expected"),
    [
        ("Europe/Lisbon", "2026-03-29", ["00:00", "02:00", "03:00"]),
        ("Europe/Lisbon", "2026-10-25", ["00:00", "01:00", "02:00", "03:00"]),
        ("America/New_York", "2026-03-08", ["00:00", "01:00", "03:00"]),
        ("America/New_York", "2026-11-01", ["00:00", "01:00", "02:00", "03:00"]),
        ("Australia/Lord_Howe", "2026-10-04", ["00:00", "01:00", "03:00"]),
        ("Australia/Lord_Howe", "2026-04-05", ["00:00", "01:00", "02:00", "03:00"]),
        ("Antarctica/Troll", "2026-03-29", ["00:00", "03:00"]),
        ("America/Sao_Paulo", "2018-11-04", ["01:00", "02:00", "03:00"]),
        ("Africa/Cairo", "2026-04-24", ["01:00", "02:00", "03:00"]),
        ("Pacific/Apia", "2011-12-30", []),
    ],
)
def test_skipped_hour_has_no_start_and_repeated_hour_one(zone: str, date: str, expected: list[str]) -> None:
    nunes = doctor(zone, {}, exceptions=[f"{date} 00:00-04:00"])
    around = Span(at(date) - timedelta(days=2), at(date) + timedelta(days=3))

    assert times(slot_query(nunes, 30), around, around.start) == expected


def test_skipped_hour_has_no_start_at_any_step() -> None:
    quarters = replace(HOURLY, slot_step_minutes=15)
    nunes = doctor("Europe/Lisbon", {7: "00:00-03:00"})
    night = span("2026-03-29T00:00", "06:00")

    found = times(replace(slot_query(nunes, 30), rules=quarters), night, night.start)

    assert found == ["00:00", "00:15", "00:30", "00:45", "02:00", "02:15", "02:30"]


def test_repeated_hour_extends_slot_before() -> None:
    # From 01:00 at 00:00Z of 25 October to 02:00 are two hours in Lisbon.
    nunes = doctor("Europe/Lisbon", {7: "01:00-02:00"})
    night = span("2026-10-24T12:00", "2026-10-25T12:00")

    found = list(slots(slot_query(nunes, 120), night, night.start))

    assert found == [Slot("nunes", *span("2026-10-25T00:00", "02:00"))]


def test_search_from_within_repeated_hour_skips_repeated_starts() -> None:
    nunes = doctor("Europe/Lisbon", {7: "00:00-04:00"})

    assert times(slot_query(nunes, 30), span("2026-10-25T01:00", "03:00"), NOW) == []
    assert times(slot_query(nunes, 30), span("2026-10-25T01:00", "03:00"), at("2026-10-01T00:00")) == ["02:00"]


def test_repeated_date_is_offered_once() -> None:
    # Kwajalein went to the other side of the date line, and had 30 September 1969 once more, from one o'clock.
    nunes = doctor("Pacific/Kwajalein", {}, exceptions=["1969-09-30 00:00-24:00"])
    around = span("1969-09-28T00:00", "1969-10-03T00:00")

    assert times(slot_query(nunes, 30), around, around.start) == [f"{hour:02}:00" for hour in range(24)]


def test_start_is_exact_to_the_second() -> None:
    monrovia = doctor("Africa/Monrovia", {1: "09:00-10:00"})

    found = list(slots(slot_query(monrovia), span("1971-03-01T00:00", "1971-03-02T00:00"), at("1971-02-28T00:00")))

    assert found == [Slot("nunes", *span("1971-03-01T09:44:30", "10:44:30"))]


def test_minimum_notice_ends_at_exact_millisecond() -> None:
    notice = replace(slot_query(), rules=replace(HOURLY, minimum_notice_minutes=120))

    assert times(notice, now=at("2026-03-02T07:00")) == ["09:00", "10:00", "11:00"]
    assert times(notice, now=at("2026-03-02T07:00:00.001")) == ["10:00", "11:00"]


def test_horizon_is_days_of_24_hours_and_exclusive() -> None:
    near = replace(slot_query(), rules=replace(HOURLY, horizon_days=1))

    assert times(near, now=at("2026-03-01T10:00")) == ["09:00"]
    assert times(near, now=at("2026-03-01T10:00:00.001")) == ["09:00", "10:00"]
    before_spring = at("2026-03-28T09:30").astimezone(ZoneInfo("Europe/Lisbon"))
    sunday = doctor("Europe/Lisbon", {7: "09:00-13:00"})
    # It is half past ten by the clock when 24 hours are over.
    spring = span("2026-03-29T00:00", "23:00")
    assert times(replace(near, doctor=sunday), spring, before_spring) == ["09:00", "10:00"]


def test_range_includes_start_and_excludes_end() -> None:
    assert times(slot_query(), span("2026-03-02T10:00", "11:00")) == ["10:00"]
    assert times(slot_query(), span("2026-03-02T10:00:00.001", "11:00:00.001")) == ["11:00"]
    assert times(slot_query(), span("2026-03-02T10:00", "10:00")) == []


def test_archived_or_other_service_is_not_offered() -> None:
    query = slot_query()

    assert times(replace(query, doctor=replace(NUNES, archived=True))) == []
    assert times(replace(query, service=replace(query.service, archived=True))) == []
    assert times(replace(query, doctor=replace(NUNES, service_ids=["other"]))) == []


FREE: list[Span] = []
MORNING = [span("2026-03-02T09:00", "10:00")]
NOON = [span("2026-03-02T11:00", "12:00")]
ALWAYS = [span("2026-03-01T00:00", "2026-03-04T00:00")]


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ([{"a": MORNING}], ["10:00", "11:00"]),
        ([{"a": MORNING, "b": NOON}], ["09:00", "10:00", "11:00"]),
        ([{"a": MORNING}, {"b": NOON}], ["10:00"]),
        ([{"a": FREE}, {"a": FREE}], []),
        ([{"a": FREE, "b": FREE}, {"a": FREE, "b": FREE}], ["09:00", "10:00", "11:00"]),
        ([{"a": FREE, "b": MORNING}, {"a": FREE}], ["10:00", "11:00"]),
        ([{"a": FREE, "b": FREE}, {"b": FREE, "c": NOON}, {"a": FREE}], ["09:00", "10:00"]),
        ([dict.fromkeys("ab", FREE)] * 3, []),
        ([{"a": ALWAYS}], []),
        ([{}], []),
    ],
    ids=[
        "one room",
        "either room",
        "both rooms",
        "one room twice",
        "two rooms for two",
        "the room that the other can do without",
        "a chain of three",
        "two rooms for three",
        "never free",
        "no candidate",
    ],
)
def test_each_need_takes_its_own_candidate(needs: list[dict[str, list[Span]]], expected: list[str]) -> None:
    assert times(replace(slot_query(), needs=needs)) == expected


def test_rooms_must_be_free_for_buffers() -> None:
    assert times(replace(slot_query(before=5), needs=[{"a": MORNING}])) == ["11:00"]


def test_merge_slots_ties_keep_order_of_doctors() -> None:
    several = [slot_query(replace(NUNES, id=name)) for name in ("zita", "ana")]

    found = list(merge_slots(slots(each, MONDAY, NOW) for each in several))

    assert [(slot.start.hour, slot.doctor_id) for slot in found] == [
        (9, "zita"), (9, "ana"), (10, "zita"), (10, "ana"), (11, "zita"), (11, "ana"),
    ]  # fmt: skip
    assert next_slots(several, MONDAY, NOW, 3) == found[:3]
    assert next_slots([], MONDAY, NOW, 3) == []


def test_next_slots_computes_no_more_than_limit() -> None:
    """Computing past the year 9999 fails, so reading too far ahead shows."""
    ever = Span(NOW, at("9999-12-31T23:59"))
    endless = doctor("Europe/Lisbon", dict.fromkeys(EVERY_DAY, "00:00-24:00"))
    query = replace(slot_query(endless), rules=replace(HOURLY, horizon_days=10_000_000))

    assert len(list(islice(slots(query, ever, NOW), 5))) == 5
    assert len(next_slots([query, query], ever, NOW, 5)) == 5
    with pytest.raises((ValueError, OverflowError)):
        list(slots(query, Span(at("9999-12-30T00:00"), ever.end), NOW))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-02T09:00", True),
        ("2026-03-02T11:00", True),
        ("2026-03-02T12:00", False),
        ("2026-03-02T09:30", False),
        ("2026-03-02T09:00:00.001", False),
        ("2026-03-02T08:59:59.999999", False),
        ("2026-02-23T09:00", False),
    ],
)
def test_is_offered_matches_exact_start(start: str, *, expected: bool) -> None:
    assert is_offered(slot_query(), at(start), NOW) == expected
    assert is_offered(slot_query(), at(start).astimezone(ZoneInfo("Asia/Tehran")), NOW) == expected
