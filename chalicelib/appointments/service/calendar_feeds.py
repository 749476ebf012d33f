"""A doctor's calendar for calendar programs, at an address that only those know whom a member told."""

import secrets
from dataclasses import dataclass
from itertools import islice

from chalicelib.appointments.model import calendar_feed
from chalicelib.appointments.service.appointments import iterate_between
from chalicelib.appointments.store import calendar_feeds
from chalicelib.core.clock import Clock, IdFactory, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# Of all doctors together; in order of time, so that what is missing is far ahead.
_MAX_READ = 20_000


@dataclass(frozen=True, slots=True)
class Feed(Schema):
    """A calendar's secret address: its token, and the path of the site that has it. It is told this once."""

    token: str
    path: str


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def open_feed(principal: Principal, doctor_id: str, *, secret: IdFactory = new_secret) -> Feed:
    """Give a doctor's calendar a new address, and end the old one; two calls.

    Raises:
        NotFound: there is no such doctor, or not any more.
    """
    doctor = load_schedule(principal.tenant_id).doctors.get(doctor_id)
    if doctor is None or doctor.archived:
        raise NotFound("There is no doctor with this id.")
    fresh = secret()
    calendar_feeds.put_feed(principal.tenant_id, doctor_id, calendar_feed.secret_digest(fresh))
    token = calendar_feed.encode_token(principal.tenant_id, doctor_id, fresh)
    return Feed(token, calendar_feed.feed_path(token))


def close_feed(principal: Principal, doctor_id: str) -> None:
    """End the address of a doctor's calendar; one call. To end one that is not there is no error.

    Raises:
        NotFound: this cannot be a doctor's id.
    """
    calendar_feeds.delete_feed(principal.tenant_id, keys.validate_id(doctor_id))


def get_feed(token: str, *, clock: Clock = utc_now) -> str:
    """The calendar file at an address: 30 days back and a year ahead. Two reads, and one for each megabyte.

    Raises:
        NotFound: there is none, or no longer.
    """
    named = calendar_feed.decode_token(token)
    tenant_id, doctor_id, _ = named
    if not named.matches(calendar_feeds.find_feed(tenant_id, doctor_id)):
        raise calendar_feed.feed_not_found()
    setup = load_schedule(tenant_id)
    doctor = setup.doctors.get(doctor_id)
    if doctor is None:
        raise calendar_feed.feed_not_found()
    found = islice(iterate_between(tenant_id, calendar_feed.feed_span(clock())), _MAX_READ)
    theirs = islice((one for one in found if one.doctor_id == doctor_id), calendar_feed.MAX_EVENTS)
    services = {service.id: service.name for service in setup.services.values()}
    return calendar_feed.render_feed(doctor.name, theirs, services).decode()
