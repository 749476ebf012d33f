"""A doctor's calendar at a secret address: the token in it, and what calendar programs find there."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from chalicelib.appointments.model.calendar import calendar_file, event_of
from chalicelib.appointments.model.record import Appointment
from chalicelib.core.errors import NotFound
from chalicelib.core.keys import known_id
from chalicelib.scheduling.model import Span

# What a feed has of the past and of the future.
BACK, AHEAD = timedelta(days=30), timedelta(days=366)
# A function's answer has 6 MB at most. An appointment takes about 300 bytes, and as JSON at most 1,500.
MOST_EVENTS: Final = 3000
_LONGEST_TEXT = 200
READ_AGAIN = timedelta(hours=1)
_SUFFIX = ".ics"
_PARTS = 3
_NO_FEED = "There is no calendar at this address, or no longer."


class FeedToken(NamedTuple):
    """What a token says."""

    tenant_id: str
    doctor_id: str
    secret: str

    def opens(self, digest: str | None) -> bool:
        """Whether its secret is the one that was given out last."""
        return digest is not None and hmac.compare_digest(digest_of(self.secret), digest)


def token_of(tenant_id: str, doctor_id: str, secret: str) -> str:
    """The token of a doctor's calendar."""
    return f"{tenant_id}.{doctor_id}.{secret}"


def read_token(text: str) -> FeedToken:
    """What a token says, with or without the ending that some calendar programs want; not yet whether it is good.

    Raises:
        NotFound: it does not have the form of one.
    """
    parts = text.removesuffix(_SUFFIX).split(".")
    if len(parts) != _PARTS:
        raise NotFound(_NO_FEED)
    return FeedToken(known_id(parts[0]), known_id(parts[1]), parts[2])


def no_feed() -> NotFound:
    """What a token that is good no longer gets, and one that never was."""
    return NotFound(_NO_FEED)


def digest_of(secret: str) -> str:
    """What is kept of a secret of 256 random bits, which needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def path_of(token: str) -> str:
    """Where the site has the calendar."""
    return f"/api/feeds/{token}{_SUFFIX}"


def span_of(now: datetime) -> Span:
    """The stretch of time that a feed shows."""
    return Span(now - BACK, now + AHEAD)


def feed_of(doctor: str, appointments: Iterable[Appointment], services: dict[str, str]) -> bytes:
    """The calendar of a doctor: who comes, and for what, or does not come. `services` are names by id."""
    events = [event_of(one, _summary(one, services)) for one in appointments]
    return calendar_file(events, "PUBLISH", name=doctor, read_again=READ_AGAIN)


def _summary(appointment: Appointment, services: dict[str, str]) -> str:
    service = services.get(appointment.service_id, appointment.title)
    return f"{appointment.patient.name}, {service}"[:_LONGEST_TEXT]
