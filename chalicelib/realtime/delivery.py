"""One frame to many connections."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.core.http.schema import to_json
from chalicelib.core.logging import logger
from chalicelib.realtime.frames import Frame
from chalicelib.realtime.management_api.delivery import DEFAULT_TIMEOUT_SECONDS, DeliveryFailure, ManagementApi
from chalicelib.realtime.model import Connection


class Undelivered(Exception):
    """The way to some connections is closed, so that not even they themselves could be."""


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """Who did not get a frame: `ended` connections are to be forgotten, `missed` ones to be tried again."""

    closed: list[str]
    missed: list[str]

    def require_all(self) -> None:
        """Raises: Undelivered: somebody is to be tried again."""
        if self.missed:
            raise Undelivered(f"{len(self.missed)} connections were neither reached nor closed")


def deliver(
    audience: Iterable[Connection],
    frame: Frame,
    api: ManagementApi,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> DeliveryOutcome:
    """Send a frame to each connection, as its tab may see it; see `send`."""
    return deliver_texts(texts_for(audience, frame), api, timeout_seconds)


def deliver_texts(
    texts: dict[str, bytes], api: ManagementApi, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> DeliveryOutcome:
    """Send to each connection its text. One that is there but takes nothing is closed.

    A client whose connection was closed comes back and is told everything by the snapshot, whereas trying again
    would hold up everybody else's news.
    """
    fates = api.send(texts, timeout_seconds) if texts else {}
    deaf = _with_failure(fates, DeliveryFailure.UNRESPONSIVE)
    for connection_id in deaf:
        logger().warning("a connection is closed because it takes no frames", connection_id=connection_id)
    open_still = api.close(deaf) if deaf else set()
    closed = [connection_id for connection_id in deaf if connection_id not in open_still]
    return DeliveryOutcome(
        _with_failure(fates, DeliveryFailure.GONE) + closed,
        _with_failure(fates, DeliveryFailure.UNREACHABLE) + sorted(open_still),
    )


def texts_for(audience: Iterable[Connection], frame: Frame) -> dict[str, bytes]:
    """What each connection is to be sent. Most see the same, so that is written out once."""
    insiders, common = frame.privileged_member_ids, encode(frame.redacted_for(None))
    return {
        one.connection_id: encode(frame.redacted_for(one.tab))
        if one.tab is not None and one.tab.member_id in insiders
        else common
        for one in audience
    }


def encode(frame: Frame) -> bytes:
    """A frame as it is sent."""
    return json.dumps(to_json(frame)).encode()


def _with_failure(fates: dict[str, DeliveryFailure], fate: DeliveryFailure) -> list[str]:
    return [connection_id for connection_id, its in fates.items() if its is fate]
