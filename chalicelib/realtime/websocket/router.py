"""Taking what a client sends, whatever it is."""

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
from chalicelib.realtime.frames import CursorPosition, ErrorFrame, Ping, SetPresence
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.model import Connection
from chalicelib.realtime.service.delivery_cleanup import send_frame
from chalicelib.realtime.store import connections
from chalicelib.realtime.websocket.commands import OutgoingFrame, dispatch, reply
from chalicelib.realtime.websocket.parser import InvalidFrame, action_of, parse_frame

# A page that comes back follows all that it shows at once, and no page says more than a pointer's ten a second
# and a few words beside.
FRAMES_PER_SECOND, FRAME_BURST = 30, 60
CONNECTION_CACHE_TTL = timedelta(minutes=1)


@cache
def _connection_cache() -> TTLCache[Connection]:
    return TTLCache(CONNECTION_CACHE_TTL)


def _find_connection(connection_id: str, now: datetime, *, afresh: bool) -> Connection | None:
    """A connection, None if it is gone. Whose it is never changes, so the table need not be asked each time;
    `afresh` asks, so that nothing is begun for one that is gone.
    """
    known = _connection_cache()
    if not afresh and (connection := known.get(connection_id, now)):
        return connection
    connection = connections.find_connection(connection_id)
    if connection is None:
        known.delete(connection_id)
    else:
        known.put(connection_id, connection, now)
    return connection


@cache
def _frame_rate_limiter() -> TokenBuckets:
    return TokenBuckets(FRAMES_PER_SECOND, FRAME_BURST)


def handle_frame(connection_id: str, text: str, api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Serve one frame of a client: send the answer, if it has one, to its connection, and its news to others.

    Whatever is in the frame: what cannot be served is answered with an `error` frame, and the socket stays open.
    Of a flood the first frame too many is answered, the others are dropped; neither costs a call.
    Only a connection that we do not know is closed.
    """
    to: Sequence[Connection] = [Connection(connection_id, "", None)]
    for audience, frame in _responses_to(connection_id, text, api, clock):
        try:
            send_frame(audience or to, frame, api, clock=clock)
        except Exception:  # noqa: BLE001 - logged
            # They come back, or hear of it later; it is nothing that who sent the frame could mend.
            logger().exception(
                "a frame was not delivered", connection_id=connection_id, frame=type(frame).__name__
            )


def _responses_to(connection_id: str, text: str, api: ManagementApi, clock: Clock) -> list[OutgoingFrame]:
    try:
        if not _frame_rate_limiter().take(connection_id, clock()):
            return _rate_limited(connection_id, clock)
        command = parse_frame(text)
        afresh = not isinstance(command, CursorPosition | SetPresence | Ping)
        connection = _find_connection(connection_id, clock(), afresh=afresh)
        if connection is None:
            # Forgotten, perhaps because it was found gone while it was still opening. Its client is to come back.
            api.close([connection_id])
            return []
        return dispatch(connection, command, api, clock)
    except InvalidFrame as bad:
        error = ErrorFrame(clock(), bad.code, bad.detail, action_of(text), bad.errors)
    except Problem as problem:
        error = ErrorFrame(clock(), problem.code, problem.detail, action_of(text))
    except InvalidId as invalid:
        error = ErrorFrame(clock(), NotFound.code, str(invalid), action_of(text))
    except Exception as failure:  # noqa: BLE001 - the last resort; logged, and told as a problem too
        logger().exception("a frame failed", connection_id=connection_id)
        ours = to_problem(failure)
        error = ErrorFrame(clock(), ours.code, ours.detail, action_of(text))
    return [reply(error)]


def _rate_limited(connection_id: str, clock: Clock) -> list[OutgoingFrame]:
    if not _frame_rate_limiter().should_notify(connection_id):
        return []
    detail = f"Send no more than {FRAMES_PER_SECOND} frames a second; what comes now is dropped."
    return [reply(ErrorFrame(clock(), "RATE_LIMITED", detail))]
