"""Pure rules of the client: timing, back-off and versions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from holdfast_client.frames import Event, Frame, Lock


@dataclass(frozen=True)
class Timing:
    """Intervals of the client, in seconds.

    `heartbeat`: API Gateway drops a connection that is silent for ten minutes. `renew`: it drops every connection
    after two hours, so a client changes to a new one between these two ages. `settled`: after a connection of at
    least this age, the count of failures starts anew.
    """

    heartbeat: float = 240.0
    pong: float = 10.0
    connect: float = 10.0
    renew: tuple[float, float] = (105 * 60.0, 115 * 60.0)
    min_reconnect: float = 0.25
    max_reconnect: float = 10.0
    settled: float = 5.0


def backoff_seconds(failures: int, timing: Timing, random_between: Callable[[float, float], float]) -> float:
    """Draw the wait before the next attempt with `random_between` (`random.uniform`).

    The ceiling doubles with each failure. The draw spreads clients that one fault has cut off
    ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    """
    ceiling = min(timing.max_reconnect, timing.min_reconnect * 2.0 ** min(failures + 1, 16))
    return random_between(timing.min_reconnect, ceiling)


@dataclass
class _Seen:
    version: int = -1
    lock: Lock | None = None
    appointment_version: int = 0


class Versions:
    """Filter of outdated frames: a frame may arrive twice, and again after a reconnect."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def accept(self, frame: Frame) -> Event | None:
        """Return the event to pass on, None if it is outdated.

        A snapshot older than the known state gets the known state.
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
