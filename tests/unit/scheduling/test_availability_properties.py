"""Working time and slots compared with a slow reference, mostly where clocks change, from 2000 to 2037."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import event, given, settings
from hypothesis import strategies as st

from chalicelib.scheduling.model.availability.slots import SlotQuery, is_offered, merge_slots, next_slots, slots
from chalicelib.scheduling.model.availability.working import breaks_in, working_time
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor, Hours, ScheduleException
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span
from tests.unit.scheduling.reference_availability import ReferenceClock, each_minute, reference_starts

ZONES = [
    "Africa/Cairo",  # midnight itself is skipped
    "Africa/Casablanca",  # goes back for a month
    "America/New_York",
    "America/Sao_Paulo",  # midnight itself is skipped
    "America/St_Johns",  # from 00:01 back to 23:01 of the day before
    "Antarctica/Troll",  # two hours
    "Antarctica/Vostok",  # two hours back, once
    "Asia/Kathmandu",
    "Asia/Pyongyang",  # half an hour, once each way
    "Asia/Tehran",
    "Australia/Lord_Howe",  # half an hour
    "Europe/Dublin",  # winter is the exception there
    "Europe/Lisbon",
    "Pacific/Apia",  # has no 30 December 2011
    "UTC",
]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@cache
def changes(zone: str, year: int) -> list[datetime]:
    """Return the days of a year, in UTC, on which a zone's offset changes."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + count * DAY for count in range(366)]
    clock = ZoneInfo(zone)
    offsets = [noon.astimezone(clock).utcoffset() for noon in noons]
    return [noon for noon, (one, other) in zip(noons, pairwise(offsets), strict=False) if one != other]


@st.composite
def places(draw: st.DrawFn) -> tuple[str, datetime]:
    """Draw a zone and an instant, mostly within half a day of a change of its clock."""
    zone = draw(st.sampled_from(ZONES))
    year = 2011 if zone == "Pacific/Apia" and draw(st.booleans()) else draw(st.integers(2000, 2037))
    days = changes(zone, year)
    if days and draw(st.integers(0, 3)) > 0:
        return zone, draw(st.sampled_from(days)) + timedelta(hours=draw(st.integers(-12, 6)))
    return zone, datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 365 * 24)))


def time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def hours(minutes: list[int], lengths: list[int]) -> list[tuple[str, str]]:
    """Combine starts and lengths, cut off at midnight."""
    return [(time(start), time(min(24 * 60, start + length))) for start in minutes for length in lengths]


# At the times of clock changes, on the hour, on a cell, and off any cell; whole days touch over midnight.
MINUTES = [*[0, 0, 30, 60, 120, 180, 420, 720, 1380, 1410] * 12, *range(0, 1440, 15), *range(2, 1440, 31)]
HOURS = st.sampled_from(hours(MINUTES, [1, 30, 45, 90, 180, 240, 367, 600, 720, 1440, 1440, 1440]))
LONG_HOURS = st.sampled_from(hours([0, 0, 30, 120, 480], [1440, 600, 240]))
BREAKS = st.sampled_from(hours(MINUTES, [1, 5, 30, 45, 60, 90]))
# The first cell and how many.
CELLS = st.sampled_from([(at, long) for at in range(48 * 12) for long in (1, 2, 3, 6, 12, 50)])
# Minutes.
LOOKED_AT = st.sampled_from([1, 45, 360, 361, 720, 1080, 1440, 2000])


@st.composite
def weeks(draw: st.DrawFn, days: list[date]) -> dict[str, list[object]]:
    """Draw hours, breaks and exceptions of these days."""
    weekdays = st.sampled_from([day.isoweekday() for day in days])
    dates = st.sampled_from([day.isoformat() for day in days])
    usual = draw(LONG_HOURS)
    working = [(day.isoweekday(), usual) for day in days] + draw(st.lists(st.tuples(weekdays, HOURS), max_size=3))
    breaks = draw(st.lists(st.tuples(weekdays, BREAKS), max_size=3))
    exceptions = draw(st.lists(st.tuples(dates, st.none() | HOURS), max_size=3))
    return {
        "working_hours": [Hours(weekday, *times) for weekday, times in working],
        "breaks": [Hours(weekday, *times) for weekday, times in breaks],
        "exceptions": [ScheduleException(day, times is None, *(times or ())) for day, times in exceptions],
    }


class Case(NamedTuple):
    """The arguments of `slots`."""

    query: SlotQuery
    within: Span
    now: datetime


@st.composite
def doctors(draw: st.DrawFn) -> tuple[Doctor, Span]:
    """Draw a doctor and a span of up to a day and a half."""
    zone, start = draw(places())
    days = [(start.astimezone(ZoneInfo(zone)) + count * DAY).date() for count in range(3)]
    week = draw(weeks(days))
    doctor = Doctor("d1", "Dr. Nunes", zone, "", ["s1"], **week)  # type: ignore[arg-type]
    begun = start + timedelta(milliseconds=draw(st.sampled_from([0, 0, 1, 59_999, 7 * 60_000])))
    return doctor, Span(begun, begun + draw(LOOKED_AT) * MINUTE)


def busy_times(within: Span, most: int) -> st.SearchStrategy[list[Span]]:
    """Draw spans of whole cells; they may overlap, in any order."""
    midnight = within.start.replace(hour=0, minute=0, second=0, microsecond=0)
    cells = CELLS.map(lambda cells: (cells[0], sum(cells)))
    return st.lists(cells.map(lambda cells: Span(*(midnight + 5 * at * MINUTE for at in cells))), max_size=most)


ROOMS = ["room-1", "room-2", "scanner"]
NEEDS = st.lists(st.lists(st.sampled_from(ROOMS), min_size=1, max_size=3, unique=True), max_size=3)
DURATIONS = st.sampled_from([5, 5, 7, 15, 15, 30, 30, 31, 45, 60, 100, 1440])
BUFFERS = st.sampled_from([0, 0, 0, 1, 5, 17, 40])
RULES = st.builds(
    BookingRules,
    minimum_notice_minutes=st.sampled_from([0, 0, 0, 30, 120, 1441]),
    horizon_days=st.sampled_from([1, 2, 2, 3]),
    slot_step_minutes=st.sampled_from([5, 10, 15, 15, 20, 35, 60, 240]),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    doctor, within = draw(doctors())
    service = Service("s1", "Visit", draw(DURATIONS), draw(BUFFERS), draw(BUFFERS), None, "#000000")
    needs = draw(st.just([]) | NEEDS)
    room_times = {name: draw(busy_times(within, 3)) for name in sorted({name for need in needs for name in need})}
    rooms = [{name: room_times[name] for name in need} for need in needs]
    rules = draw(RULES)
    # The notice ends near the start of the search, or the horizon near its end.
    sooner = within.start - rules.minimum_notice_minutes * MINUTE
    later = within.end - rules.horizon_days * DAY
    now = draw(st.sampled_from([sooner, later])) + timedelta(milliseconds=draw(st.integers(-(10**7), 10**7)))
    return Case(SlotQuery(doctor, service, rules, draw(busy_times(within, 5)), rooms), within, now)


def minutes_of(spans: list[Span]) -> list[datetime]:
    return [minute for span in spans for minute in each_minute(span)]


@settings(max_examples=45)
@given(doctors())
def test_working_time_and_breaks_match_reference(case: tuple[Doctor, Span]) -> None:
    doctor, within = case
    clock = ReferenceClock(doctor)

    working, breaks = working_time(doctor, within), breaks_in(doctor, within)

    assert minutes_of(working) == [minute for minute in each_minute(within) if clock.works(minute)]
    assert minutes_of(breaks) == [minute for minute in each_minute(within) if clock.pauses(minute)]
    for found in (working, breaks):
        assert all(within.start <= start < end <= within.end for start, end in found)
        assert all(one.end < other.start for one, other in pairwise(found)), "ordered and disjoint"


@settings(max_examples=140)
@given(cases())
def test_slots_match_reference(case: Case) -> None:
    free = reference_starts(*case)

    found = list(slots(*case))

    event(f"{'some' if free else 'none'} offered")
    assert [slot.start for slot in found] == free, "all of them, in order, each once"
    length = timedelta(minutes=case.query.service.duration_minutes)
    assert all(slot.end - slot.start == length and slot.doctor_id == "d1" for slot in found)


@settings(max_examples=30)
@given(cases(), st.data())
def test_is_offered_matches_all_slots(case: Case, data: st.DataObject) -> None:
    query, within, now = case
    starts = {slot.start for slot in slots(*case)}
    somewhere = st.timedeltas(timedelta(0), within.end - within.start - timedelta(microseconds=1))
    several = data.draw(st.lists(somewhere.map(lambda after: within.start + after), max_size=20))

    for start in [*starts, *several, *(start + timedelta(milliseconds=1) for start in starts)]:
        if within.start <= start < within.end:
            assert is_offered(query, start, now) == (start in starts)


@settings(max_examples=25)
@given(cases(), st.lists(st.data(), min_size=2, max_size=2), st.integers(0, 60))
def test_next_slots_of_several_doctors_match_sorted_slots(
    case: Case, data: list[st.DataObject], limit: int
) -> None:
    query, within, now = case
    queries = [query, query]
    for number, drawn in enumerate(data):
        doctor = replace(query.doctor, id=f"d{number}")
        queries.append(replace(query, doctor=doctor, busy=drawn.draw(busy_times(within, 5))))

    merged = list(merge_slots(slots(each, within, now) for each in queries))

    one_after_another = [slot for each in queries for slot in slots(each, within, now)]
    assert merged == sorted(one_after_another, key=lambda slot: slot.start)
    assert next_slots(queries, within, now, limit) == merged[:limit]


@settings(max_examples=25)
@given(cases(), st.integers(0, 36 * 60))
def test_slots_of_range_equal_slots_of_its_parts(case: Case, minute: int) -> None:
    query, (start, end), now = case
    middle = min(end, start + minute * MINUTE)

    parts = [slot for part in (Span(start, middle), Span(middle, end)) for slot in slots(query, part, now)]

    assert parts == list(slots(*case))
