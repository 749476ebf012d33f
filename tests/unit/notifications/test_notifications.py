"""The rule that decides which notification is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model.appointment import Appointment, Editor, Patient, Status
from chalicelib.appointments.model.last_notified import LastNotified, notified_state
from chalicelib.notifications.model.notification import may_concern_patient, notification_due

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
STATUSES: tuple[Status, ...] = ("pending", "confirmed", "cancelled", "completed", "no_show")
EXPECTED = ("pending", "confirmed")


def appointment(version: int = 1, email: str = "marta@patients.test", **fields: Any) -> Appointment:
    """Return an appointment of tomorrow, with other fields than usual."""
    usual: dict[str, Any] = {
        "id": "a1",
        "doctor_id": "d1",
        "service_id": "s1",
        "patient": Patient("Marta", email),
        "starts_at": TOMORROW,
        "ends_at": TOMORROW + timedelta(minutes=30),
        "time_zone": "Europe/Lisbon",
        "status": "confirmed",
        "title": "",
        "notes": "",
        "version": version,
        "created_at": NOW,
        "updated_at": NOW,
        "updated_by": Editor("u1", "Dana"),
    }
    return Appointment(**usual | fields)


CHANGED: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"notes": "Window seat", "title": "Other", "service_id": "s2"}, None),
    ({"starts_at": TOMORROW + timedelta(minutes=5)}, "change"),
    ({"ends_at": TOMORROW + timedelta(minutes=45)}, "change"),
    ({"doctor_id": "d2"}, "change"),
    ({"status": "pending"}, "change"),
    ({"status": "cancelled"}, "cancellation"),
    ({"status": "cancelled", "doctor_id": "d2", "email": "other@patients.test"}, "cancellation"),
    ({"status": "completed"}, None),
    ({"status": "no_show"}, None),
    ({"email": "other@patients.test"}, "confirmation"),
    ({"email": "other@patients.test", "doctor_id": "d2"}, "confirmation"),
]


@pytest.mark.parametrize(("fields", "kind"), CHANGED)
def test_notification_kind_follows_the_change(fields: dict[str, Any], kind: str | None) -> None:
    before, after = appointment(), appointment(2, **fields)

    assert notification_due(notified_state(before), after, NOW) == kind
    if kind:
        assert may_concern_patient(before, after, NOW)


@pytest.mark.parametrize("status", STATUSES)
def test_first_notification_is_a_confirmation(status: Status) -> None:
    entered = appointment(status=status)

    assert may_concern_patient(None, entered, NOW)
    assert notification_due(None, entered, NOW) == ("confirmation" if status in EXPECTED else None)


def test_pending_and_confirmed_are_both_notified() -> None:
    asked = notified_state(appointment(status="pending"))
    assert notification_due(asked, appointment(2), NOW) == "confirmation"


def test_reinstated_appointment_is_confirmed_again() -> None:
    assert (
        notification_due(notified_state(appointment(2, status="cancelled")), appointment(3), NOW) == "confirmation"
    )
    assert (
        notification_due(
            notified_state(appointment(2, status="cancelled")), appointment(3, status="cancelled"), NOW
        )
        is None
    )


def test_past_appointment_is_not_notified() -> None:
    past = appointment(starts_at=NOW, status="cancelled")

    assert not may_concern_patient(appointment(), past, NOW)
    assert notification_due(notified_state(appointment()), replace(past, version=2), NOW) is None


def test_deleted_appointment_is_not_notified() -> None:
    assert not may_concern_patient(appointment(), None, NOW)


HISTORY = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(STATUSES),
            "starts_at": st.sampled_from([TOMORROW - timedelta(hours=1), TOMORROW]),
            "doctor_id": st.sampled_from(["d1", "d2"]),
            "email": st.sampled_from(["marta@patients.test", "other@patients.test"]),
        }
    ),
    min_size=1,
    max_size=8,
)


@given(history=HISTORY, heard=st.lists(st.integers(0, 7), max_size=20))
def test_notifications_converge_in_any_order(history: list[dict[str, Any]], heard: list[int]) -> None:
    """`heard` are the versions that jobs read: repeated, late or missed. The last one is final."""
    versions = [appointment(number, **fields) for number, fields in enumerate(history, start=1)]
    last: LastNotified | None = None
    sent: list[LastNotified] = []
    for number in [*heard, len(versions) - 1]:
        seen = versions[min(number, len(versions) - 1)]
        if notification_due(last, seen, NOW):
            last = notified_state(seen)
            sent.append(last)
            assert notification_due(last, seen, NOW) is None, "a repeat sends nothing"
    assert all(one.version < other.version for one, other in pairwise(sent)), (
        "no notification is older than the one before"
    )
    final = versions[-1]
    if final.status in EXPECTED:
        assert last is not None
        assert replace(last, version=0) == replace(notified_state(final), version=0)
    elif final.status == "cancelled":
        assert last is None or last.status == "cancelled"
