"""Rules of the record: its times."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model import faults_of

instants = st.datetimes(timezones=st.just(UTC))


@given(instants, instants)
def test_an_appointment_ends_after_it_starts(starts_at: datetime, ends_at: datetime) -> None:
    expected = [] if starts_at < ends_at else ["endsAt"]

    assert [fault.field for fault in faults_of(starts_at, ends_at)] == expected


@given(st.none() | instants)
def test_one_time_alone_has_no_fault(instant: datetime | None) -> None:
    assert faults_of(instant, None) == []
    assert faults_of(None, instant) == []
