"""Rules of the record: its times, and the cursors of its list."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model import faults_of, from_cursor, to_cursor

instants = st.datetimes(timezones=st.just(UTC))


@given(st.text())
def test_a_cursor_leads_back_to_its_place(position: str) -> None:
    assert from_cursor(to_cursor(position)) == position


@given(st.text())
def test_a_cursor_fits_into_an_address(position: str) -> None:
    assert to_cursor(position).replace("-", "").replace("_", "").isalnum() or position == ""


@given(st.text())
def test_any_text_is_a_place_or_none(text: str) -> None:
    place = from_cursor(text)

    assert place is None or from_cursor(to_cursor(place)) == place


@pytest.mark.parametrize("text", ["=", "a", "not a cursor", "é", "____", "Zm 9v", "Zm9v\n", "%00", "\ud800"])
def test_what_no_page_gave_is_no_place(text: str) -> None:
    assert from_cursor(text) is None


@given(instants, instants)
def test_an_appointment_ends_after_it_starts(starts_at: datetime, ends_at: datetime) -> None:
    expected = [] if starts_at < ends_at else ["endsAt"]

    assert [fault.field for fault in faults_of(starts_at, ends_at)] == expected


@given(st.none() | instants)
def test_one_time_alone_has_no_fault(instant: datetime | None) -> None:
    assert faults_of(instant, None) == []
    assert faults_of(None, instant) == []
