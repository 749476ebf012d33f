"""A client that follows appointments: it ignores stale frames, and reconnects after a drop."""

from dataclasses import dataclass, field
from typing import Any

from tests.app_client.member import Member
from tests.app_client.socket import Socket

LOCK_FRAMES = {"lock-acquired", "lock-released", "lock-update"}
Frame = dict[str, Any]


@dataclass
class KnownState:
    """The state of one appointment as the client knows it."""

    version: int = 0
    holder: str | None = None
    appointment_version: int = 0


@dataclass
class Follower:
    """A member that follows appointments."""

    member: Member
    appointments: list[str]
    known: dict[str, KnownState] = field(default_factory=dict)
    received: list[Frame] = field(default_factory=list)
    _socket: Socket | None = None
    _read: int = 0

    def connects(self) -> None:
        """Connect and subscribe to all appointments."""
        self._socket, self._read = self.member.connects(), 0
        for appointment in self.appointments:
            self._socket.sends({"action": "subscribe", "appointmentId": appointment})
        self.receives()

    def disconnects(self) -> None:
        """Disconnect."""
        if self._socket:
            self.receives()
            self._socket.closes()
            self._socket = None

    def receives(self) -> None:
        """Apply the new frames."""
        if self._socket is None:
            return
        updates = self._socket.frames[self._read :]
        self._read += len(updates)
        for frame in updates:
            self.received.append(frame)
            self._applies(frame)

    @property
    def is_disconnected(self) -> bool:
        """Whether the server has closed the connection."""
        return self._socket is None or self._socket.is_closed

    def _applies(self, frame: Frame) -> None:
        kind, appointment = frame["type"], frame.get("appointmentId", "")
        if kind == "snapshot":
            self.known[appointment] = KnownState(frame["version"], _holder_in(frame), frame["appointmentVersion"])
        known = self.known.get(appointment)
        if known is None:
            return
        if kind in LOCK_FRAMES and frame["version"] > known.version:
            known.version, known.holder = frame["version"], _holder_in(frame)
        elif kind == "appointment-updated":
            known.appointment_version = max(known.appointment_version, frame["appointmentVersion"])


def _holder_in(frame: Frame) -> str | None:
    return frame["lock"]["userId"] if frame["lock"] else None
