"""Telling everyone who follows a thing that it changed."""

from collections.abc import Mapping
from typing import Any

from chalicelib.appointments import service as appointments
from chalicelib.locking.model import Tab
from chalicelib.realtime import service, store
from chalicelib.realtime.delivery import Undelivered
from chalicelib.realtime.frames import SlotUpdated
from chalicelib.realtime.gateway import PATIENCE, Gateway
from chalicelib.realtime.model import Connection, Subscriber
from chalicelib.realtime.news import News, news_of


def announce(record: Mapping[str, Any], gateway: Gateway, seconds: float = PATIENCE) -> None:
    """Tell those concerned of what a stream record changed. A repeat tells them again, which is harmless.

    Raises:
        Undelivered: the way to some connections is closed; the record is to be tried again. All others were told.
    """
    failures = []
    for news in news_of(record, appointments.has_draft):
        try:
            service.tell(audience_of(news), news.frame, gateway, seconds)
        except Undelivered as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def audience_of(news: News) -> list[Connection]:
    """Whom a piece of news goes to, each connection once; one query a topic."""
    if isinstance(news.to, Tab):
        return store.connections_of(news.to)
    found = {one.connection_id: one for topic in news.to for one in store.audience(topic) if _wants(one, news)}
    return list(found.values())


def _wants(one: Subscriber, news: News) -> bool:
    """Whether a subscriber follows all of a topic, or just what the news is about."""
    return one.doctor_id is None or (isinstance(news.frame, SlotUpdated) and news.frame.doctor_id == one.doctor_id)
