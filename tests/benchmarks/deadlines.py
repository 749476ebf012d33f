"""The delay from a lease's deadline to its frame, over the local stack.

Part of `make bench`. Starts a stack of its own whose leases are short. Alice takes the locks of many appointments,
one after the other, and lets each expire; measured is the time from the deadline to the frame in Bob's socket.
"""

import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tests.app_client.member import Member
from tests.app_client.socket import Socket
from tests.e2e.demo import create_appointment, sign_in
from tests.stack import running

LOCKS = 50
LEASE_SECONDS = 5
# Slow enough for the emulator, which serves some 50 requests a second; no fraction of a second.
APART_SECONDS = 0.27


def main() -> None:
    """Print the median, the 95th percentile and the worst, in milliseconds."""
    with tempfile.TemporaryDirectory() as state, running(Path(state), LOCK_SECONDS=str(LEASE_SECONDS)) as stack:
        alice, bob = (sign_in(stack, f"{name}@demo.test") for name in ("alice", "bob"))
        appointments = [create_appointment(alice) for _ in range(LOCKS)]
        with bob.connects() as socket:
            _follow(socket, appointments)
            _report(_measure(alice, socket, appointments))


def _follow(socket: Socket, appointments: list[str]) -> None:
    for appointment in appointments:
        socket.sends({"action": "subscribe", "appointmentId": appointment})
        socket.expects("snapshot")


def _measure(alice: Member, socket: Socket, appointments: list[str]) -> list[float]:
    """Return the seconds from each deadline to its frame."""
    with ThreadPoolExecutor(1) as other:
        taking = other.submit(lambda: {one: _acquire(alice, one) for one in appointments})
        received = [(socket.expects("lock-released")["appointmentId"], datetime.now(UTC)) for _ in appointments]
        ends = taking.result()
    return [(at - datetime.fromisoformat(ends[one])).total_seconds() for one, at in received]


def _acquire(alice: Member, appointment: str) -> str:
    time.sleep(APART_SECONDS)
    return str(alice.acquires(appointment)["lock"]["expiresAt"])


def _report(late: list[float]) -> None:
    cuts = statistics.quantiles(late, n=20)
    figures = {"p50": cuts[9], "p95": cuts[18], "max": max(late)}
    summary = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in figures.items())
    sys.stdout.write(f"deadline to frame: {summary}, {len(late)} locks\n")


if __name__ == "__main__":
    main()
