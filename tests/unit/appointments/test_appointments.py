"""Rules of the record: its times and its changed fields."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model.appointment import validate_times
from chalicelib.appointments.service.appointments import appointment_from_image, changed_fields

instants = st.datetimes(timezones=st.just(UTC))


@given(instants, instants)
def test_appointment_must_end_after_it_starts(starts_at: datetime, ends_at: datetime) -> None:
    expected = [] if starts_at < ends_at else ["endsAt"]

    assert [fault.field for fault in validate_times(starts_at, ends_at)] == expected


@given(st.none() | instants)
def test_single_time_is_valid(instant: datetime | None) -> None:
    assert validate_times(instant, None) == []
    assert validate_times(None, instant) == []


def image_of(**changed: dict[str, object]) -> dict[str, object]:
    """Return an appointment's item as a stream record carries it."""
    texts = ("doctorId", "serviceId", "timeZone", "title", "notes", "gsi1pk", "gsi1sk")
    times = ("startsAt", "endsAt", "createdAt", "updatedAt")
    return {
        "pk": {"S": "TENANT#t#APPOINTMENT#a"},
        "sk": {"S": "APPOINTMENT"},
        **{name: {"S": "x"} for name in texts},
        **{name: {"S": "2026-03-02T09:00:00Z"} for name in times},
        "patient": {"M": {"name": {"S": "Ana"}, "email": {"S": "ana@patients.test"}, "phone": {"S": ""}}},
        "status": {"S": "confirmed"},
        "version": {"N": "1"},
        "updatedBy": {"M": {"userId": {"S": "u"}, "name": {"S": "Alice"}}},
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, []),
        ({"lockVersion": {"N": "1700000000000"}}, []),
        ({"ofALaterTime": {"S": "unknown here"}}, []),
        ({"version": {"N": "2"}, "title": {"S": "y"}}, ["title"]),
        (
            {"patient": {"M": {"name": {"S": "Eva"}, "email": {"S": "e@p.test"}}}, "notes": {"S": ""}},
            ["patient", "notes"],
        ),
    ],
)
def test_changed_fields_are_editable_fields_only(changed: dict[str, Any], names: list[str]) -> None:
    old, new = appointment_from_image(image_of()), appointment_from_image(image_of(**changed))

    assert changed_fields(old, new) == names
