"""A doctor's calendar at a secret address: the token in it, and what calendar programs find there."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.appointments.model.calendar_file import render_calendar, to_event
from chalicelib.core.dynamodb.keys import validate_id
from chalicelib.core.http.errors import NotFound
from chalicelib.scheduling.model.span import Span

# What a feed has of the past and of the future.
FEED_PAST, FEED_FUTURE = timedelta(days=30), timedelta(days=366)
# A function's answer has 6 MB at most. An appointment takes about 300 bytes, and as JSON at most 1,500.
MAX_EVENTS: Final = 3000
_MAX_SUMMARY_LENGTH = 200
REFRESH_INTERVAL = timedelta(hours=1)
_SUFFIX = ".ics"
_PARTS = 3
_FEED_NOT_FOUND = "There is no calendar at this address, or no longer."


class FeedToken(NamedTuple):
    """What a token says."""

    tenant_id: str
    doctor_id: str
    secret: str

    def matches(self, digest: str | None) -> bool:
        """Whether its secret is the one that was given out last."""
        return digest is not None and hmac.compare_digest(secret_digest(self.secret), digest)


def encode_token(tenant_id: str, doctor_id: str, secret: str) -> str:
    """The token of a doctor's calendar."""
    return f"{tenant_id}.{doctor_id}.{secret}"


def decode_token(text: str) -> FeedToken:
    """What a token says, with or without the ending that some calendar programs want; not yet whether it is good.

    Raises:
        NotFound: it does not have the form of one.
    """
    parts = text.removesuffix(_SUFFIX).split(".")
    if len(parts) != _PARTS:
        raise NotFound(_FEED_NOT_FOUND)
    return FeedToken(validate_id(parts[0]), validate_id(parts[1]), parts[2])


def feed_not_found() -> NotFound:
    """What a token that is good no longer gets, and one that never was."""
    return NotFound(_FEED_NOT_FOUND)


def secret_digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits, which needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_path(token: str) -> str:
    """Where the site has the calendar."""
    return f"/api/feeds/{token}{_SUFFIX}"


def feed_span(now: datetime) -> Span:
    """The stretch of time that a feed shows."""
    return Span(now - FEED_PAST, now + FEED_FUTURE)


def render_feed(doctor: str, appointments: Iterable[Appointment], services: dict[str, str]) -> bytes:
    """The calendar of a doctor: who comes, and for what, or does not come. `services` are names by id."""
    events = [to_event(one, _summary(one, services)) for one in appointments]
    return render_calendar(events, "PUBLISH", name=doctor, refresh_interval=REFRESH_INTERVAL)


def _summary(appointment: Appointment, services: dict[str, str]) -> str:
    service = services.get(appointment.service_id, appointment.title)
    return f"{appointment.patient.name}, {service}"[:_MAX_SUMMARY_LENGTH]
