"""From sign-up to a booking, while a visitor watches."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.app_client.member import Visitor
from tests.app_client.socket import Socket
from tests.e2e.demo import PATIENT
from tests.e2e.local_stack import fetch
from tests.stack import Stack

# The promise for announcements.
MAX_DELAY = timedelta(seconds=2)
HOLD_SECONDS = 25.0


@pytest.fixture
def slug(visitor: Visitor) -> str:
    """Return the slug of a new practice."""
    member = visitor.signs_up(f"Practice {uuid.uuid4().hex}")
    return str(member.get("/auth/me")["tenant"]["slug"])


def choice(visitor: Visitor, slug: str) -> dict[str, Any]:
    """Return the first free time of a practice's first service, as a form for a hold."""
    service = visitor.get(f"/public/{slug}")["services"][0]["id"]
    slot = visitor.get(f"/public/{slug}/availability?serviceId={service}&limit=1")["slots"][0]
    return {"serviceId": service, "doctorId": slot["doctorId"], "start": slot["start"]}


def expects_slot(
    socket: Socket, state: str, chosen: dict[str, Any], within_seconds: float = 10.0
) -> dict[str, Any]:
    """Wait for the slot of this form to change to this state."""
    return socket.expects(
        "slot-updated",
        within_seconds=within_seconds,
        state=state,
        start=chosen["start"],
        doctorId=chosen["doctorId"],
    )


def test_booking_at_new_practice_is_seen_by_visitors(visitor: Visitor, stack: Stack, slug: str) -> None:
    chosen = choice(visitor, slug)
    with visitor.watches_slots(slug) as socket:
        held = visitor.post(f"/public/{slug}/holds", chosen)
        assert held.status == 201, held
        expects_slot(socket, "held", chosen)
        taken = visitor.post(f"/public/{slug}/holds", chosen)
        assert (taken.status, taken.code) == (409, "SLOT_TAKEN")
        assert len(taken["alternatives"]) == 5

        form = {
            "holdId": held["holdId"],
            "holdToken": held["holdToken"],
            "patient": PATIENT,
        }
        key = {"Idempotency-Key": uuid.uuid4().hex}
        booked, again = (visitor.send("POST", f"/public/{slug}/bookings", form, key) for _ in range(2))
        assert booked.status == 201, booked
        assert again.body == booked.body
        expects_slot(socket, "booked", chosen)

        page = f"/public/bookings/{booked['manageToken']}"
        seen = visitor.get(page)
        assert (seen["appointment"]["startsAt"], seen["canChange"]) == (chosen["start"], True)
        to = taken["alternatives"][-1]
        moved = visitor.post(f"{page}/reschedule", {"start": to["start"], "doctorId": to["doctorId"]})
        assert moved.status == 200, moved
        expects_slot(socket, "free", chosen)
        expects_slot(socket, "booked", to)
        file = fetch(stack, f"/api{page}/calendar.ics")
        assert (file.status, file.data[:15]) == (200, b"BEGIN:VCALENDAR")
        assert visitor.post(f"{page}/cancel", {}).status == 200
        expects_slot(socket, "free", to)


def test_unbooked_hold_expires_at_its_deadline(visitor: Visitor, slug: str) -> None:
    chosen = choice(visitor, slug)
    with visitor.watches_slots(slug) as socket:
        held = visitor.post(f"/public/{slug}/holds", chosen)
        expects_slot(socket, "held", chosen)
        expects_slot(socket, "free", chosen, within_seconds=HOLD_SECONDS + 5)
        late = datetime.now(UTC) - datetime.fromisoformat(held["expiresAt"])
    assert timedelta() <= late < MAX_DELAY
    assert visitor.post(f"/public/{slug}/holds", chosen).status == 201
