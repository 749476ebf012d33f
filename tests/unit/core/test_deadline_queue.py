"""The messages of deadlines: their delay and their body, in the forms of this and of earlier versions."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.events.deadline_queue import (
    Deadline,
    delay_seconds,
    from_message,
    process_deadlines,
    to_message,
)

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
LEASE = Deadline("lock", "t", "a1", NINE, "t.secret")
REQUEST = Deadline("lock", "t", "a1", NINE)
HOLD = Deadline("hold", "t", "h1", NINE)
NINE_MS = 1_767_603_600_000


@pytest.mark.parametrize("deadline", [LEASE, REQUEST, HOLD])
def test_deadline_survives_its_message(deadline: Deadline) -> None:
    assert from_message(to_message(deadline)) == deadline


@pytest.mark.parametrize(
    ("body", "deadline"),
    [
        ({"tenantId": "t", "appointmentId": "a1", "dueAt": NINE_MS, "lockId": "t.secret"}, LEASE),
        ({"tenantId": "t", "appointmentId": "a1", "dueAt": NINE_MS, "lockId": None}, REQUEST),
        ({"tenantId": "t", "holdId": "h1", "dueAt": NINE_MS}, HOLD),
    ],
)
def test_message_of_an_earlier_version_is_understood(body: dict[str, object], deadline: Deadline) -> None:
    assert from_message(json.dumps(body)) == deadline


@pytest.mark.parametrize(("seconds", "delay"), [(-1, 0), (0, 0), (0.2, 1), (30, 30), (900.5, 900), (86_400, 900)])
def test_delay_is_rounded_up_and_limited(seconds: float, delay: int) -> None:
    assert delay_seconds(NINE + timedelta(seconds=seconds), NINE) == delay


def test_each_message_reaches_the_handler_of_its_kind() -> None:
    locks: list[Deadline] = []
    holds: list[Deadline] = []
    bodies = [to_message(LEASE), "{}", to_message(HOLD)]
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]

    response = process_deadlines({"Records": records}, {"lock": locks.append, "hold": holds.append})

    assert (locks, holds) == ([LEASE], [HOLD])
    assert response == {"batchItemFailures": [{"itemIdentifier": "1"}]}
