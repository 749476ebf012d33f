"""From signing up to a booked time, on the deployed whole, while others look on."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.app_client.member import Visitor
from tests.app_client.socket import Socket
from tests.e2e.demo import PATIENT
from tests.e2e.local_stack import fetch
from tests.stack import Stack

# What is promised of an announcement.
MOST_LATE = timedelta(seconds=2)
HOLD_SECONDS = 25.0


@pytest.fixture
def slug(visitor: Visitor) -> str:
    """A practice that has just signed up."""
    member = visitor.signs_up(f"Practice {uuid.uuid4().hex}")
    return str(member.get("/auth/me")["tenant"]["slug"])


def choice(visitor: Visitor, slug: str) -> dict[str, Any]:
    """The first free time of a practice's first service, as a hold asks for it."""
    service = visitor.get(f"/public/{slug}")["services"][0]["id"]
    slot = visitor.get(f"/public/{slug}/availability?serviceId={service}&limit=1")["slots"][0]
    return {"serviceId": service, "doctorId": slot["doctorId"], "start": slot["start"]}


def hears(socket: Socket, state: str, chosen: dict[str, Any], within_seconds: float = 10.0) -> dict[str, Any]:
    """The next news of a chosen time, which has become so."""
    return socket.expects(
        "slot-updated",
        within_seconds=within_seconds,
        state=state,
        start=chosen["start"],
        doctorId=chosen["doctorId"],
    )


def test_a_practice_that_has_just_signed_up_can_be_booked_and_everybody_sees_it(
    visitor: Visitor, stack: Stack, slug: str
) -> None:
    chosen = choice(visitor, slug)
    with visitor.watches_slots(slug) as socket:
        held = visitor.post(f"/public/{slug}/holds", chosen)
        assert held.status == 201, held
        hears(socket, "held", chosen)
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
        hears(socket, "booked", chosen)

        page = f"/public/bookings/{booked['manageToken']}"
        seen = visitor.get(page)
        assert (seen["appointment"]["startsAt"], seen["canChange"]) == (chosen["start"], True)
        to = taken["alternatives"][-1]
        moved = visitor.post(f"{page}/reschedule", {"start": to["start"], "doctorId": to["doctorId"]})
        assert moved.status == 200, moved
        hears(socket, "free", chosen)
        hears(socket, "booked", to)
        file = fetch(stack, f"/api{page}/calendar.ics")
        assert (file.status, file.data[:15]) == (200, b"BEGIN:VCALENDAR")
        assert visitor.post(f"{page}/cancel", {}).status == 200
        hears(socket, "free", to)


def test_a_hold_that_nobody_books_lapses_at_its_deadline(visitor: Visitor, slug: str) -> None:
    chosen = choice(visitor, slug)
    with visitor.watches_slots(slug) as socket:
        held = visitor.post(f"/public/{slug}/holds", chosen)
        hears(socket, "held", chosen)
        hears(socket, "free", chosen, within_seconds=HOLD_SECONDS + 5)
        late = datetime.now(UTC) - datetime.fromisoformat(held["expiresAt"])
    assert timedelta() <= late < MOST_LATE
    assert visitor.post(f"/public/{slug}/holds", chosen).status == 201
