"""The demo practice of the local stack."""

import itertools
from datetime import UTC, datetime, timedelta

from tests.app_client.member import Member, Visitor
from tests.app_client.response import Response
from tests.e2e.local_stack import LocalStack
from tests.stack import Stack

PASSWORD = "demo-password"
# The demo's own patients get no mail about what was imported with it.
PATIENT = {"name": "Marta Nunes", "email": "marta-of-tests@patients.test"}
# Apart by more than any service of the demo takes, buffers included.
A_YEAR, APART = timedelta(days=365), timedelta(hours=2)
_numbers = itertools.count()


def sign_in(stack: Stack, email: str) -> Member:
    """Sign a member of the demo in, in a new tab."""
    return Visitor(LocalStack(stack)).signs_in(email, PASSWORD)


def create_appointment(member: Member) -> str:
    """Create an appointment like another one of the practice, at a time of its own; return its id."""
    example = member.get("/appointments?limit=1")["items"][0]
    fields = ("doctorId", "serviceId", "timeZone", "title", "notes")
    start = datetime.now(UTC) + A_YEAR + next(_numbers) * APART
    form = {name: example[name] for name in fields} | {"startsAt": start.isoformat(), "patient": PATIENT}
    answer = member.post("/appointments", form)
    assert answer.status == 201, answer
    return str(answer["id"])


def save_title(member: Member, appointment: str, title: str) -> Response:
    """Save another title, at the version that is stored."""
    version = member.get(f"/appointments/{appointment}")["version"]
    return member.saves(appointment, version, title=title)
