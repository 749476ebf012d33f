"""Taking what a client sends, whatever it is."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.errors import Problem
from chalicelib.core.http import problem_of
from chalicelib.core.observability import logger
from chalicelib.core.token_bucket import TokenBuckets
from chalicelib.realtime import store
from chalicelib.realtime.dialogue.reading import BadFrame, action_of, read
from chalicelib.realtime.dialogue.serving import Telling, answer, serve
from chalicelib.realtime.frames import CursorPosition, ErrorFrame, Ping, TellPresence
from chalicelib.realtime.gateway import Gateway
from chalicelib.realtime.model import Connection
from chalicelib.realtime.service import tell

# A page that comes back follows all that it shows at once, and no page says more than a pointer's ten a second
# and a few words beside.
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 30, 60
_KNOWN_FOR = timedelta(minutes=1)
_MOST_KNOWN = 1000


class KnownConnections:
    """Whose a connection is never changes, so this process need not ask each time; it forgets the oldest first."""

    def __init__(self, find: Callable[[str], Connection | None]) -> None:
        self._find = find
        self._known: dict[str, tuple[datetime, Connection]] = {}

    def get(self, connection_id: str, now: datetime, *, afresh: bool) -> Connection | None:
        """A connection, None if it is gone. `afresh` asks again, so that nothing is begun for one that is gone."""
        known_at, connection = self._known.get(connection_id, (None, None))
        if not afresh and known_at is not None and timedelta() <= now - known_at < _KNOWN_FOR:
            return connection
        connection = self._find(connection_id)
        self._known.pop(connection_id, None)
        if connection is not None:
            self._known[connection_id] = now, connection
            if len(self._known) > _MOST_KNOWN:
                del self._known[next(iter(self._known))]
        return connection


@cache
def _known_connections() -> KnownConnections:
    return KnownConnections(store.find_connection)


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
        connection = _known_connections().get(connection_id, clock(), afresh=afresh)
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
