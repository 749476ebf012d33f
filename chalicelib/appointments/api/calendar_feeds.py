"""Endpoints for calendar feeds."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.appointments.model.calendar_file import MEDIA_TYPE, content_type
from chalicelib.appointments.service import calendar_feeds
from chalicelib.appointments.service.calendar_feeds import Feed
from chalicelib.core.http.errors import NotFound
from chalicelib.core.http.requests import PublicRequest, Request
from chalicelib.core.http.responses import FileResponse
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema


@dataclass(frozen=True, slots=True)
class FeedClosed(Schema):
    """The doctor's calendar has no secret address."""

    doctor_id: str
    feed: None


@endpoint(response=Feed, status=HTTPStatus.CREATED, errors=(NotFound,))
def open_feed(request: Request[None, None], doctor_id: str) -> Feed:
    """Give a doctor's calendar a new secret address, and revoke the old one.

    Calendar programs subscribe to the address.
    """
    return calendar_feeds.open_feed(request.principal, doctor_id)


@endpoint(response=FeedClosed)
def close_feed(request: Request[None, None], doctor_id: str) -> FeedClosed:
    """Revoke the secret address of a doctor's calendar. Repeats are harmless."""
    calendar_feeds.close_feed(request.principal, doctor_id)
    return FeedClosed(doctor_id, None)


@endpoint(response=MEDIA_TYPE, public=True)
def get_feed(request: PublicRequest[None, None], feed_token: str) -> FileResponse:
    """Get a doctor's calendar, from 30 days ago to a year ahead.

    The address may end in `.ics`.
    """
    del request
    return FileResponse(content_type("PUBLISH"), calendar_feeds.get_feed(feed_token), "calendar.ics")
