"""A doctor's calendar for calendar programs, at an address that only those know whom a member told."""

import secrets
from dataclasses import dataclass
from itertools import islice

from chalicelib.appointments.model import calendar_feed
from chalicelib.appointments.service.record import all_between
from chalicelib.appointments.store import feeds
from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, Ids, utc_now
from chalicelib.core.errors import NotFound
from chalicelib.core.shape import Shape
from chalicelib.scheduling.service import practice

# Of all doctors together; in order of time, so that what is missing is far ahead.
_MOST_READ = 20_000


@dataclass(frozen=True, slots=True)
class Feed(Shape):
    """A calendar's secret address: its token, and the path of the site that has it. It is told this once."""

    token: str
    path: str


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def open_feed(principal: Principal, doctor_id: str, *, secret: Ids = new_secret) -> Feed:
    """Give a doctor's calendar a new address, and end the old one; two calls.

    Raises:
        NotFound: there is no such doctor, or not any more.
    """
    doctor = practice.setup_of(principal.tenant_id).doctors.get(doctor_id)
    if doctor is None or doctor.archived:
        raise NotFound("There is no doctor with this id.")
    fresh = secret()
    feeds.put_feed(principal.tenant_id, doctor_id, calendar_feed.digest_of(fresh))
    token = calendar_feed.token_of(principal.tenant_id, doctor_id, fresh)
    return Feed(token, calendar_feed.path_of(token))


def close_feed(principal: Principal, doctor_id: str) -> None:
    """End the address of a doctor's calendar; one call. To end one that is not there is no error.

    Raises:
        NotFound: this cannot be a doctor's id.
    """
    feeds.delete_feed(principal.tenant_id, keys.known_id(doctor_id))


def feed(token: str, *, clock: Clock = utc_now) -> str:
    """The calendar file at an address: 30 days back and a year ahead. Two reads, and one for each megabyte.

    Raises:
        NotFound: there is none, or no longer.
    """
    named = calendar_feed.read_token(token)
    tenant_id, doctor_id, _ = named
    if not named.opens(feeds.find_feed(tenant_id, doctor_id)):
        raise calendar_feed.no_feed()
    setup = practice.setup_of(tenant_id)
    doctor = setup.doctors.get(doctor_id)
    if doctor is None:
        raise calendar_feed.no_feed()
    found = islice(all_between(tenant_id, calendar_feed.span_of(clock())), _MOST_READ)
    theirs = islice((one for one in found if one.doctor_id == doctor_id), calendar_feed.MOST_EVENTS)
    services = {service.id: service.name for service in setup.services.values()}
    return calendar_feed.feed_of(doctor.name, theirs, services).decode()
