"""Receive a frame: limit its rate, find its connection, dispatch it and send the responses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import InvalidId
from chalicelib.core.http.errors import NotFound, Problem
from chalicelib.core.http.responses import to_problem
from chalicelib.core.logging import logger
from chalicelib.core.token_bucket import TokenBuckets
from chalicelib.core.ttl_cache import TTLCache
from chalicelib.realtime.frames.base import ErrorFrame
from chalicelib.realtime.frames.commands import CursorPosition, Ping, SetPresence
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.model import Connection
from chalicelib.realtime.service.delivery import send_frame
from chalicelib.realtime.store import connections
from chalicelib.realtime.websocket.commands import OutgoingFrame, dispatch, reply
from chalicelib.realtime.websocket.parser import InvalidFrame, action_of, parse_frame

# A page that reconnects subscribes to everything it shows at once; else it sends ten pointers a second and little
# more.
FRAMES_PER_SECOND, FRAME_BURST = 30, 60
CONNECTION_CACHE_TTL = timedelta(minutes=1)


@cache
def _connection_cache() -> TTLCache[Connection]:
    return TTLCache(CONNECTION_CACHE_TTL)


def _find_connection(connection_id: str, now: datetime, *, fresh: bool) -> Connection | None:
    """Return a connection, None if it is gone.

    The owner never changes, so a cached one will do unless `fresh`.
    """
    cache = _connection_cache()
    if not fresh and (connection := cache.get(connection_id, now)):
        return connection
    connection = connections.find_connection(connection_id)
    if connection is None:
        cache.delete(connection_id)
    else:
        cache.put(connection_id, connection, now)
    return connection


@cache
def _frame_rate_limiter() -> TokenBuckets:
    return TokenBuckets(FRAMES_PER_SECOND, FRAME_BURST)


def handle_frame(connection_id: str, text: str, api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Handle one frame of a client: answer it, and send others the changes it makes.

    An invalid frame gets an `error` frame; the socket stays open. In a flood, the first frame above the limit gets
    an `error` frame and the others are dropped, without a call. Only an unknown connection is closed.
    """
    sender: Sequence[Connection] = [Connection(connection_id, "", None)]
    for audience, frame in _responses_to(connection_id, text, api, clock):
        try:
            send_frame(audience or sender, frame, api, clock=clock)
        except Exception:  # noqa: BLE001 - nothing that the sender could mend; the others catch up later
            frame_type = type(frame).__name__
            logger().exception("a frame was not delivered", connection_id=connection_id, frame=frame_type)


def _responses_to(connection_id: str, text: str, api: ManagementApi, clock: Clock) -> list[OutgoingFrame]:
    try:
        if not _frame_rate_limiter().take(connection_id, clock()):
            return _rate_limited(connection_id, clock)
        command = parse_frame(text)
        fresh = not isinstance(command, CursorPosition | SetPresence | Ping)
        connection = _find_connection(connection_id, clock(), fresh=fresh)
        if connection is None:
            # Forgotten, perhaps because a frame found it closed while it was still opening: make it reconnect.
            api.close([connection_id])
            return []
        return dispatch(connection, command, api, clock)
    except InvalidFrame as invalid:
        error = ErrorFrame(clock(), invalid.code, invalid.detail, action_of(text), invalid.errors)
    except Problem as problem:
        error = ErrorFrame(clock(), problem.code, problem.detail, action_of(text))
    except InvalidId as invalid:
        error = ErrorFrame(clock(), NotFound.code, str(invalid), action_of(text))
    except Exception as failure:  # noqa: BLE001 - the last resort
        logger().exception("a frame failed", connection_id=connection_id)
        internal = to_problem(failure)
        error = ErrorFrame(clock(), internal.code, internal.detail, action_of(text))
    return [reply(error)]


def _rate_limited(connection_id: str, clock: Clock) -> list[OutgoingFrame]:
    if not _frame_rate_limiter().should_notify(connection_id):
        return []
    detail = f"Send no more than {FRAMES_PER_SECOND} frames a second. Further frames are dropped."
    return [reply(ErrorFrame(clock(), "RATE_LIMITED", detail))]
