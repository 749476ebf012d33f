"""Taking what a client sends, whatever it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.errors import Problem
from chalicelib.core.http import problem_of
from chalicelib.core.lookups import Lookups
from chalicelib.core.observability import logger
from chalicelib.core.token_bucket import TokenBuckets
from chalicelib.realtime.dialogue.reading import BadFrame, action_of, read
from chalicelib.realtime.dialogue.serving import Telling, answer, serve
from chalicelib.realtime.frames import CursorPosition, ErrorFrame, Ping, TellPresence
from chalicelib.realtime.gateway import Gateway
from chalicelib.realtime.model import Connection
from chalicelib.realtime.service.telling import tell
from chalicelib.realtime.store import connections

# A page that comes back follows all that it shows at once, and no page says more than a pointer's ten a second
# and a few words beside.
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 30, 60
KNOWN_FOR = timedelta(minutes=1)


@cache
def _known_connections() -> Lookups[Connection]:
    return Lookups(KNOWN_FOR)


def _connection(connection_id: str, now: datetime, *, afresh: bool) -> Connection | None:
    """A connection, None if it is gone. Whose it is never changes, so the table need not be asked each time;
    `afresh` asks, so that nothing is begun for one that is gone.
    """
    known = _known_connections()
    if not afresh and (connection := known.get(connection_id, now)):
        return connection
    connection = connections.find_connection(connection_id)
    if connection is None:
        known.forget(connection_id)
    else:
        known.put(connection_id, connection, now)
    return connection


@cache
def _floods() -> TokenBuckets:
    return TokenBuckets(FRAMES_PER_SECOND, FRAMES_AT_ONCE)


def receive(connection_id: str, text: str, gateway: Gateway, *, clock: Clock = utc_now) -> None:
    """Serve one frame of a client: send the answer, if it has one, to its connection, and its news to others.

    Whatever is in the frame: what cannot be served is answered with an `error` frame, and the socket stays open.
    Of a flood the first frame too many is answered, the others are dropped; neither costs a call.
    Only a connection that we do not know is closed.
    """
    to: Sequence[Connection] = [Connection(connection_id, "", None)]
    for audience, frame in _served(connection_id, text, gateway, clock):
        try:
            tell(audience or to, frame, gateway, clock=clock)
        except Exception:  # noqa: BLE001 - logged
            # They come back, or hear of it later; it is nothing that who sent the frame could mend.
            logger().exception(
                "a frame was not delivered", connection_id=connection_id, frame=type(frame).__name__
            )


def _served(connection_id: str, text: str, gateway: Gateway, clock: Clock) -> list[Telling]:
    try:
        if not _floods().take(connection_id, clock()):
            return _refused(connection_id, clock)
        command = read(text)
        afresh = not isinstance(command, CursorPosition | TellPresence | Ping)
        connection = _connection(connection_id, clock(), afresh=afresh)
        if connection is None:
            # Forgotten, perhaps because it was found gone while it was still opening. Its client is to come back.
            gateway.close([connection_id])
            return []
        return serve(connection, command, gateway, clock)
    except BadFrame as bad:
        error = ErrorFrame(clock(), bad.code, bad.detail, action_of(text), bad.errors)
    except Problem as problem:
        error = ErrorFrame(clock(), problem.code, problem.detail, action_of(text))
    except Exception as failure:  # noqa: BLE001 - the last resort; logged, and told as a problem too
        logger().exception("a frame failed", connection_id=connection_id)
        ours = problem_of(failure)
        error = ErrorFrame(clock(), ours.code, ours.detail, action_of(text))
    return [answer(error)]


def _refused(connection_id: str, clock: Clock) -> list[Telling]:
    if not _floods().is_news(connection_id):
        return []
    detail = f"Send no more than {FRAMES_PER_SECOND} frames a second; what comes now is dropped."
    return [answer(ErrorFrame(clock(), "RATE_LIMITED", detail))]
