"""Doctors' calendars for calendar programs over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.appointments.api.routes import routes
from chalicelib.appointments.model.calendar import MEDIA_TYPE, content_type
from chalicelib.appointments.service import feeds
from chalicelib.appointments.service.feeds import Feed
from chalicelib.core.errors import NotFound
from chalicelib.core.http import Call, File
from chalicelib.core.shape import Shape


@dataclass(frozen=True, slots=True)
class FeedClosed(Shape):
    """The doctor's calendar has no address any more."""

    doctor_id: str
    feed: None


@routes.endpoint(
    "POST", "/doctors/{doctor_id}/feed", answers=Feed, status=HTTPStatus.CREATED, problems=(NotFound,)
)
def open_feed(call: Call[None, None], doctor_id: str) -> Feed:
    """Give a doctor's calendar a new secret address for calendar programs, which ends the one that it had."""
    return feeds.open_feed(call.principal, doctor_id)


@routes.endpoint("DELETE", "/doctors/{doctor_id}/feed", answers=FeedClosed)
def close_feed(call: Call[None, None], doctor_id: str) -> FeedClosed:
    """End the secret address of a doctor's calendar. Ending it twice is no error."""
    feeds.close_feed(call.principal, doctor_id)
    return FeedClosed(doctor_id, None)


@routes.endpoint("GET", "/feeds/{feed_token}", answers=MEDIA_TYPE, public=True)
def get_feed(call: Call[None, None], feed_token: str) -> File:
    """A doctor's calendar, from 30 days ago to a year ahead. The address may end in `.ics`."""
    del call
    return File(content_type("PUBLISH"), feeds.feed(feed_token), "calendar.ics")
