"""Calendar feeds: a doctor's calendar at a secret address."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.appointments.model.calendar_file import render_calendar, to_event
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.keys import InvalidId, validate_id
from chalicelib.core.http.errors import NotFound
from chalicelib.scheduling.model.span import Span

# The period that a feed covers.
FEED_PAST, FEED_FUTURE = timedelta(days=30), timedelta(days=366)
# A function's response is limited to 6 MB. An event takes about 300 bytes, and at most 1,500 as JSON.
MAX_EVENTS: Final = 3000
_MAX_SUMMARY_LENGTH = 200
REFRESH_INTERVAL = timedelta(hours=1)
_SUFFIX = ".ics"
_PARTS = 3
_FEED_NOT_FOUND = "There is no calendar at this address, or no longer."


class FeedToken(NamedTuple):
    """The parts of a token."""

    tenant_id: str
    doctor_id: str
    secret: str

    def matches(self, digest: str | None) -> bool:
        """Return whether the secret has this digest, that of the current address."""
        return digest is not None and hmac.compare_digest(keys.digest(self.secret), digest)


def encode_token(tenant_id: str, doctor_id: str, secret: str) -> str:
    """Return the token of a doctor's calendar."""
    return f"{tenant_id}.{doctor_id}.{secret}"


def decode_token(text: str) -> FeedToken:
    """Split a token, with or without `.ics`, into its parts.

    The secret is not verified.

    Raises:
        NotFound: malformed token.
    """
    parts = text.removesuffix(_SUFFIX).split(".")
    if len(parts) != _PARTS:
        raise feed_not_found()
    try:
        return FeedToken(validate_id(parts[0]), validate_id(parts[1]), parts[2])
    except InvalidId:
        raise feed_not_found() from None


def feed_not_found() -> NotFound:
    """Return the 404 for a revoked or unknown feed token."""
    return NotFound(_FEED_NOT_FOUND)


def feed_path(token: str) -> str:
    """Return the calendar's path on the site."""
    return f"/api/feeds/{token}{_SUFFIX}"


def feed_span(now: datetime) -> Span:
    """Return the period that a feed covers."""
    return Span(now - FEED_PAST, now + FEED_FUTURE)


def render_feed(doctor: str, appointments: Iterable[Appointment], services: dict[str, str]) -> bytes:
    """Render a doctor's calendar, cancelled appointments included.

    `services` are names by id.
    """
    events = [to_event(each, _summary(each, services)) for each in appointments]
    return render_calendar(events, "PUBLISH", name=doctor, refresh_interval=REFRESH_INTERVAL)


def _summary(appointment: Appointment, services: dict[str, str]) -> str:
    service = services.get(appointment.service_id, appointment.title)
    return f"{appointment.patient.name}, {service}"[:_MAX_SUMMARY_LENGTH]
