"""Deliver frames, and forget the connections that turn out to be closed."""

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.http.schema import to_json
from chalicelib.core.logging import logger
from chalicelib.realtime.frames.base import Frame
from chalicelib.realtime.management_api.delivery import DEFAULT_TIMEOUT_SECONDS, DeliveryFailure, ManagementApi
from chalicelib.realtime.model import Connection
from chalicelib.realtime.service.disconnect import LeaveNotification, disconnect

# A disconnect makes a handful of calls; when many connections close at once, so many are handled side by side.
_CLEANUP_THREADS = 16
# For all leave notifications together: under throttling each would wait as long as a frame may.
_LEAVE_NOTIFICATION_SECONDS = 5.0


class Undelivered(Exception):
    """Some connections were neither reached nor closed; deliver again.

    The fault is the endpoint's, not theirs.
    """


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """The connections without the frame.

    Forget the `closed` ones, try the `missed` ones again.
    """

    closed: list[str]
    missed: list[str]


def send_frame(
    audience: Iterable[Connection],
    frame: Frame,
    api: ManagementApi,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    *,
    clock: Clock = utc_now,
) -> None:
    """Deliver a frame, redacted for each tab, and forget closed connections.

    Raises:
        Undelivered: some connections were neither reached nor closed; all others were served.
        ExceptionGroup: not every closed connection could be forgotten.
    """
    handle_outcome(deliver(audience, frame, api, timeout_seconds), api, clock=clock)


def deliver(
    audience: Iterable[Connection],
    frame: Frame,
    api: ManagementApi,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> DeliveryOutcome:
    """Deliver a frame to each connection, redacted for its tab."""
    return deliver_texts(texts_for(audience, frame), api, timeout_seconds)


def deliver_texts(
    texts: dict[str, bytes], api: ManagementApi, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> DeliveryOutcome:
    """Deliver each connection id its text. An unresponsive connection is closed.

    Its client reconnects and gets everything in a snapshot; retries would delay all other clients.
    """
    failures = api.send(texts, timeout_seconds) if texts else {}
    unresponsive = _with_failure(failures, DeliveryFailure.UNRESPONSIVE)
    for connection_id in unresponsive:
        logger().warning("an unresponsive connection is closed", connection_id=connection_id)
    still_open = api.close(unresponsive) if unresponsive else set()
    closed = [connection_id for connection_id in unresponsive if connection_id not in still_open]
    return DeliveryOutcome(
        _with_failure(failures, DeliveryFailure.GONE) + closed,
        _with_failure(failures, DeliveryFailure.UNREACHABLE) + sorted(still_open),
    )


def handle_outcome(outcome: DeliveryOutcome, api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Forget the closed connections of a delivery.

    Raises:
        Undelivered: the delivery missed some connections.
        ExceptionGroup: not every closed connection could be forgotten.
    """
    forget_connections(outcome.closed, api, clock=clock)
    if outcome.missed:
        raise Undelivered(f"{len(outcome.missed)} connections were neither reached nor closed")


def forget_connections(connection_ids: Iterable[str], api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Forget closed connections and notify the other viewers of their appointments.

    Viewers found closed by that are forgotten too, and so on.

    Raises:
        ExceptionGroup: some connections could not be forgotten, or their locks not released; all others were.
    """
    pending = list(dict.fromkeys(connection_ids))
    known, failures = set(pending), list[Exception]()
    deadline = time.monotonic() + _LEAVE_NOTIFICATION_SECONDS
    while pending:
        notifications = _disconnect_all(pending, failures, clock)
        pending = []
        for audience, frame in notifications:
            viewers = [each for each in audience if each.connection_id not in known]
            closed = deliver(viewers, frame, api, max(0.0, deadline - time.monotonic())).closed
            known.update(closed)
            pending += closed
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(known)} connections could not be forgotten", failures)


def close_connections(connection_ids: Iterable[str], api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Close connections and forget them.

    Raises:
        Undelivered: some could not be closed; they are kept.
        ExceptionGroup: not every closed connection could be forgotten.
    """
    wanted = list(connection_ids)
    still_open = api.close(wanted) if wanted else set()
    closed = [connection_id for connection_id in wanted if connection_id not in still_open]
    handle_outcome(DeliveryOutcome(closed, sorted(still_open)), api, clock=clock)


def texts_for(audience: Iterable[Connection], frame: Frame) -> dict[str, bytes]:
    """Return the encoded frame for each connection id.

    The common text is encoded once.
    """
    privileged, common = frame.privileged_member_ids, encode(frame.redacted_for(None))
    return {
        each.connection_id: encode(frame.redacted_for(each.tab))
        if each.tab is not None and each.tab.member_id in privileged
        else common
        for each in audience
    }


def encode(frame: Frame) -> bytes:
    """Return a frame as it is sent."""
    return json.dumps(to_json(frame)).encode()


def _with_failure(failures: dict[str, DeliveryFailure], wanted: DeliveryFailure) -> list[str]:
    return [connection_id for connection_id, failure in failures.items() if failure is wanted]


def _disconnect_all(connection_ids: list[str], failures: list[Exception], clock: Clock) -> list[LeaveNotification]:
    """Disconnect side by side; a failure stops no other."""

    def disconnect_one(connection_id: str) -> list[LeaveNotification]:
        try:
            return disconnect(connection_id, clock=clock)
        except Exception as failure:  # noqa: BLE001 - raised together with the others
            failures.append(failure)
            return []

    if len(connection_ids) == 1:
        return disconnect_one(connection_ids[0])
    with ThreadPoolExecutor(_CLEANUP_THREADS) as threads:
        return [notification for each in threads.map(disconnect_one, connection_ids) for notification in each]
