"""Telling everyone who follows a thing that it changed."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.appointments import service as appointments
from chalicelib.core.observability import logger
from chalicelib.core.shape import to_wire
from chalicelib.locking.model import Tab
from chalicelib.realtime import service, store
from chalicelib.realtime.frames import Frame
from chalicelib.realtime.gateway import Gateway, Gone, Unreachable, senders
from chalicelib.realtime.model import Connection
from chalicelib.realtime.news import news_of


def announce(record: Mapping[str, Any], gateway: Gateway) -> None:
    """Tell those concerned of what a stream record changed. A repeat tells them again, which is harmless.

    Raises:
        Undelivered: the way to some connections is closed; the record is to be tried again. All others were told.
    """
    failures = []
    for news in news_of(record, appointments.has_draft):
        to = news.to
        try:
            deliver(store.connections_of(to) if isinstance(to, Tab) else store.audience(to), news.frame, gateway)
        except Undelivered as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


class Undelivered(Exception):
    """The way to some connections is closed, so that not even they themselves could be."""


def deliver(audience: list[Connection], frame: Frame, gateway: Gateway) -> None:
    """Send a frame to each connection, as its tab may see it; those that cannot have it are closed and forgotten.

    A client whose connection was closed comes back and is told everything by the snapshot, whereas trying again
    would hold up everybody else's news.

    Raises:
        Undelivered: some could neither be reached nor closed, which is no fault of theirs; all others were served.
    """

    def send(connection: Connection) -> bool:
        try:
            _send(connection, frame, gateway)
        except Exception:  # noqa: BLE001 - whatever it is, the others are still served
            logger().exception("a frame was not delivered", connection_id=connection.connection_id)
            return False
        return True

    # One connection, the usual case of an answer, needs no threads.
    delivered = map(send, audience) if len(audience) == 1 else senders().map(send, audience)
    failures = list(delivered).count(False)
    if failures:
        raise Undelivered(f"{failures} of {len(audience)} connections were neither reached nor closed")


def _send(connection: Connection, frame: Frame, gateway: Gateway) -> None:
    connection_id = connection.connection_id
    text = json.dumps(to_wire(frame.as_seen_by(connection.tab)))
    try:
        gateway.send(connection_id, text)
    except Gone:
        service.disconnect(connection_id)
    except Unreachable:
        logger().warning("a connection is closed because it takes no frames", connection_id=connection_id)
        gateway.close(connection_id)
        service.disconnect(connection_id)
