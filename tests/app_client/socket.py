"""A WebSocket as a client sees it, on either transport."""

import json
import time
from contextlib import suppress
from typing import Any, Self

from tests.app_client.transport import Connection, ConnectionLost

FRAME_SECONDS = 10.0
Frame = dict[str, Any]


class Socket:
    """Sends frames, and keeps all that were received; closed at the end of a `with` block."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._received: list[Frame] = []
        self._expected = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closes()

    @property
    def connection_id(self) -> str:
        """The id of the connection, on the transport in this process."""
        return self._connection.id

    @property
    def is_closed(self) -> bool:
        """Whether the server closed the connection."""
        return self._connection.is_closed

    @property
    def frames(self) -> list[Frame]:
        """All frames so far, oldest first."""
        while self._receives(0):
            pass
        return list(self._received)

    @property
    def updates(self) -> list[Frame]:
        """The frames after the snapshot, which comes first, without presence."""
        return [frame for frame in self.frames[1:] if frame["type"] != "presence-update"]

    def sends(self, frame: object) -> None:
        """Send a frame; text and bytes go as they are."""
        self._connection.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    def exchanges(self, frame: object) -> Frame:
        """Send a frame and return the only one that comes back."""
        before = len(self.frames)
        self.sends(frame)
        if len(self.frames) == before:
            self._receives(FRAME_SECONDS)
        (response,) = self.frames[before:]
        return response

    def subscribes(self, appointment: str) -> Frame:
        """Follow an appointment; return the snapshot, or the refusal."""
        return self.exchanges({"action": "subscribe", "appointmentId": appointment})

    def expects(self, kind: str, *, within_seconds: float = FRAME_SECONDS, **fields: object) -> Frame:
        """Return the next frame of this type and with these fields, skipping others.

        Raises:
            AssertionError: none came in time.
        """
        deadline = time.monotonic() + within_seconds
        skipped = []
        while (frame := self._next(deadline)) is not None:
            if frame["type"] == kind and fields.items() <= frame.items():
                return frame
            skipped.append(frame["type"])
        raise AssertionError(f"no {kind} within {within_seconds:.0f} s, only {skipped}")

    def expects_next(self, kind: str) -> Frame:
        """Return the very next frame, which must be of this type."""
        frame = self._next(time.monotonic() + FRAME_SECONDS)
        assert frame is not None
        assert frame["type"] == kind, frame
        return frame

    def expects_close(self) -> None:
        """Wait until the server closes the connection, skipping frames; fail after ten silent seconds."""
        with suppress(ConnectionLost):
            while self._receives(FRAME_SECONDS):
                pass
        assert self.is_closed

    def closes(self) -> None:
        """Close the connection."""
        self._connection.close()

    def drops(self) -> None:
        """Lose the connection without a close frame."""
        self._connection.drop()

    def _next(self, deadline: float) -> Frame | None:
        if self._expected == len(self._received) and not self._receives(max(0.0, deadline - time.monotonic())):
            return None
        self._expected += 1
        return self._received[self._expected - 1]

    def _receives(self, seconds: float) -> bool:
        message = self._connection.receive(seconds)
        if message is None:
            return False
        self._received.append(json.loads(message))
        return True
