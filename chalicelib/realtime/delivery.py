"""One frame to many connections."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.core.observability import logger
from chalicelib.core.shape import to_wire
from chalicelib.realtime.frames import Frame
from chalicelib.realtime.gateway import PATIENCE, Fate, Gateway
from chalicelib.realtime.model import Connection


class Undelivered(Exception):
    """The way to some connections is closed, so that not even they themselves could be."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who did not get a frame: `ended` connections are to be forgotten, `missed` ones to be tried again."""

    ended: list[str]
    missed: list[str]

    def require_all(self) -> None:
        """Raises: Undelivered: somebody is to be tried again."""
        if self.missed:
            raise Undelivered(f"{len(self.missed)} connections were neither reached nor closed")


def deliver(audience: Iterable[Connection], frame: Frame, gateway: Gateway, seconds: float = PATIENCE) -> Outcome:
    """Send a frame to each connection, as its tab may see it; see `send`."""
    return send(texts_for(audience, frame), gateway, seconds)


def send(texts: dict[str, bytes], gateway: Gateway, seconds: float = PATIENCE) -> Outcome:
    """Send to each connection its text. One that is there but takes nothing is closed.

    A client whose connection was closed comes back and is told everything by the snapshot, whereas trying again
    would hold up everybody else's news.
    """
    fates = gateway.send(texts, seconds) if texts else {}
    deaf = _those(fates, Fate.DEAF)
    for connection_id in deaf:
        logger().warning("a connection is closed because it takes no frames", connection_id=connection_id)
    open_still = gateway.close(deaf) if deaf else set()
    closed = [connection_id for connection_id in deaf if connection_id not in open_still]
    return Outcome(_those(fates, Fate.GONE) + closed, _those(fates, Fate.CUT_OFF) + sorted(open_still))


def texts_for(audience: Iterable[Connection], frame: Frame) -> dict[str, bytes]:
    """What each connection is to be sent. Most see the same, so that is written out once."""
    insiders, common = frame.insiders, encoded(frame.as_seen_by(None))
    return {
        one.connection_id: encoded(frame.as_seen_by(one.tab))
        if one.tab is not None and one.tab.user_id in insiders
        else common
        for one in audience
    }


def encoded(frame: Frame) -> bytes:
    """A frame as it is sent."""
    return json.dumps(to_wire(frame)).encode()


def _those(fates: dict[str, Fate], fate: Fate) -> list[str]:
    return [connection_id for connection_id, its in fates.items() if its is fate]
