"""What keeps a client right and gentle: pure rules, without a socket."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from holdfast_client.frames import Event, Frame, Lock


@dataclass(frozen=True)
class Timing:
    """When a client does what by itself, in seconds.

    `heartbeat`: API Gateway drops a connection on which nothing was said for ten minutes. `renew`: it drops every
    connection after two hours, so that each client changes to a new one at some moment between these two.
    `settled`: a connection that lived for so long was a good one, and its end counts as the first failure.
    """

    heartbeat: float = 240.0
    pong: float = 10.0
    connect: float = 10.0
    renew: tuple[float, float] = (105 * 60.0, 115 * 60.0)
    reconnect_least: float = 0.25
    reconnect_most: float = 10.0
    settled: float = 5.0


def backoff_seconds(failures: int, timing: Timing, between: Callable[[float, float], float]) -> float:
    """How long to wait after so many failures in a row, drawn by `between` (`random.uniform`).

    Anything up to a ceiling that doubles, so that those whom one fault has cut off do not come back together
    ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    """
    ceiling = min(timing.reconnect_most, timing.reconnect_least * 2.0 ** min(failures + 1, 16))
    return between(timing.reconnect_least, ceiling)


@dataclass
class _Seen:
    version: int = -1
    lock: Lock | None = None
    appointment_version: int = 0


class Versions:
    """Lets nobody see a version go back: a frame may come twice, and again after a reconnect."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def accept(self, frame: Frame) -> Event | None:
        """The frame as it may be passed on; None if it tells nothing that is not known.

        Of a snapshot that is older than what is known, the newer state stands in for the older.
        """
        event = cast("Event", frame)
        match event["type"]:
            case "snapshot":
                seen = self._of(event["appointmentId"])
                if event["version"] >= seen.version:
                    seen.version, seen.lock = event["version"], event["lock"]
                seen.appointment_version = max(seen.appointment_version, event["appointmentVersion"])
                newest = {
                    "version": seen.version,
                    "lock": seen.lock,
                    "appointmentVersion": seen.appointment_version,
                }
                return cast("Event", {**event, **newest})
            case "lock-acquired" | "lock-released" | "lock-update":
                seen = self._of(event["appointmentId"])
                if event["version"] <= seen.version:
                    return None
                seen.version, seen.lock = event["version"], event["lock"]
            case "appointment-updated":
                seen = self._of(event["appointmentId"])
                if event["appointmentVersion"] <= seen.appointment_version:
                    return None
                seen.appointment_version = event["appointmentVersion"]
            case _:
                pass
        return event

    def _of(self, appointment_id: str) -> _Seen:
        return self._seen.setdefault(appointment_id, _Seen())
