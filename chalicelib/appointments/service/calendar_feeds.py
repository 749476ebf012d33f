"""Calendar feeds: a doctor's calendar at a secret address, for calendar programs."""

from dataclasses import dataclass
from functools import partial
from itertools import islice

from chalicelib.appointments.model import calendar_feed
from chalicelib.appointments.service.appointments import iterate_between
from chalicelib.appointments.store import calendar_feeds as store
from chalicelib.core.clock import Clock, IdFactory, new_secret, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.doctor import DOCTOR_NOT_FOUND
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# Of all doctors together, by time: a feed beyond this limit misses the latest appointments.
_MAX_READ = 20_000
_new_feed_secret = partial(new_secret, 256)


@dataclass(frozen=True, slots=True)
class Feed(Schema):
    """The secret address of a calendar: its token, and its path on the site.

    It cannot be read again.
    """

    token: str
    path: str


def open_feed(principal: Principal, doctor_id: str, *, secret: IdFactory = _new_feed_secret) -> Feed:
    """Give a doctor's calendar a new address and revoke the old one; two calls.

    Raises:
        NotFound: unknown or archived doctor.
    """
    doctor = load_schedule(principal.tenant_id).doctors.get(doctor_id)
    if doctor is None or doctor.archived:
        raise NotFound(DOCTOR_NOT_FOUND)
    new = secret()
    store.put_feed(principal.tenant_id, doctor_id, keys.digest(new))
    token = calendar_feed.encode_token(principal.tenant_id, doctor_id, new)
    return Feed(token, calendar_feed.feed_path(token))


def close_feed(principal: Principal, doctor_id: str) -> None:
    """Revoke the address of a doctor's calendar, if any; one call.

    Raises:
        NotFound: malformed id.
    """
    store.delete_feed(principal.tenant_id, keys.validate_id(doctor_id))


def get_feed(token: str, *, clock: Clock = utc_now) -> str:
    """Return the calendar file at an address; two reads, and one for each megabyte.

    Raises:
        NotFound: unknown or revoked token.
    """
    parts = calendar_feed.decode_token(token)
    tenant_id, doctor_id, _ = parts
    if not parts.matches(store.find_feed(tenant_id, doctor_id)):
        raise calendar_feed.feed_not_found()
    schedule = load_schedule(tenant_id)
    doctor = schedule.doctors.get(doctor_id)
    if doctor is None:
        raise calendar_feed.feed_not_found()
    found = islice(iterate_between(tenant_id, calendar_feed.feed_span(clock())), _MAX_READ)
    appointments = islice((each for each in found if each.doctor_id == doctor_id), calendar_feed.MAX_EVENTS)
    services = {service.id: service.name for service in schedule.services.values()}
    return calendar_feed.render_feed(doctor.name, appointments, services).decode()
