"""Telling an audience, and what has to be done for those who turn out to be gone."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from chalicelib.accounts.model import Deactivation
from chalicelib.core.clock import Clock, utc_now
from chalicelib.locking.service import eviction
from chalicelib.realtime.delivery import DeliveryOutcome, deliver
from chalicelib.realtime.frames import Frame
from chalicelib.realtime.management_api.delivery import DEFAULT_TIMEOUT_SECONDS, ManagementApi
from chalicelib.realtime.model import Connection
from chalicelib.realtime.service.disconnect import LeaveNotification, disconnect
from chalicelib.realtime.store import connections

# To forget a connection takes a handful of calls; a crowd that left at once is forgotten by so many at a time.
_CLEANUP_THREADS = 16
# All farewells together, in seconds: where the way is throttled, each would wait as long as a frame may.
_LEAVE_NOTIFICATION_SECONDS = 5.0


def send_frame(
    audience: Iterable[Connection],
    frame: Frame,
    api: ManagementApi,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    *,
    clock: Clock = utc_now,
) -> None:
    """Send a frame to each connection, as its tab may see it, and forget those that are gone.

    Raises:
        Undelivered: some could neither be reached nor closed, which is no fault of theirs; all others were served.
    """
    handle_outcome(deliver(audience, frame, api, timeout_seconds), api, clock=clock)


def handle_outcome(outcome: DeliveryOutcome, api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Forget the connections that a delivery found gone.

    Raises:
        Undelivered: it missed some.
    """
    forget_connections(outcome.closed, api, clock=clock)
    outcome.require_all()


def forget_connections(connection_ids: Iterable[str], api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Forget connections that closed, and tell those who saw their members there.

    Some of those may be gone as well, and so on, until nobody is left who does not know.

    Raises:
        ExceptionGroup: why some could not be forgotten, or their locks not be let go; all others were.
    """
    pending = list(dict.fromkeys(connection_ids))
    known, failures = set(pending), list[Exception]()
    ends_at = time.monotonic() + _LEAVE_NOTIFICATION_SECONDS
    while pending:
        farewells = _disconnect_all(pending, failures, clock)
        pending = []
        for audience, frame in farewells:
            listeners = [one for one in audience if one.connection_id not in known]
            ended = deliver(listeners, frame, api, max(0.0, ends_at - time.monotonic())).closed
            known.update(ended)
            pending += ended
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(known)} connections could not be let go", failures)


def close_connections(connection_ids: Iterable[str], api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Close connections and forget them.

    Raises:
        Undelivered: some could not be reached; they stay.
    """
    asked = list(connection_ids)
    open_still = api.close(asked) if asked else set()
    handle_outcome(
        DeliveryOutcome([one for one in asked if one not in open_still], sorted(open_still)), api, clock=clock
    )


def disconnect_member(ended: Deactivation, api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """End what a deactivated member has here: their connections and their locks. Repeats are harmless.

    Raises:
        ExceptionGroup: why some of it could not be ended; all else was.
    """
    try:
        close_connections(connections.connection_ids_of(ended.tenant_id, ended.member_id), api, clock=clock)
    finally:
        eviction.evict_member(ended, clock=clock)


def _disconnect_all(connection_ids: list[str], failures: list[Exception], clock: Clock) -> list[LeaveNotification]:
    """Forget them side by side; one that fails keeps back no other."""

    def leave_one(connection_id: str) -> list[LeaveNotification]:
        try:
            return disconnect(connection_id, clock=clock)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            failures.append(failure)
            return []

    if len(connection_ids) == 1:
        return leave_one(connection_ids[0])
    with ThreadPoolExecutor(_CLEANUP_THREADS) as forgetters:
        return [farewell for each in forgetters.map(leave_one, connection_ids) for farewell in each]
