"""How long after a click another browser knows: write-to-frame over the local stack. `make bench`.

Starts a stack of its own. Each round Alice gets the lock and releases it; the clock runs from her request's
start to the frame in Bob's socket, so the write itself is in it.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.people import Person, Visitor
from tests.stack import running

ROUNDS = 100
WARM_UP = 5


def main() -> None:
    """Print the median and the 95th percentile of both, in milliseconds."""
    with tempfile.TemporaryDirectory() as state, running(Path(state)) as stack:
        alice, bob = (Visitor(stack).signs_in(f"{name}@demo.test") for name in ("alice", "bob"))
        written, seen = _measure(alice, bob, alice.books())
    _report("write answered", written)
    _report("write to frame", seen)


def _measure(alice: Person, bob: Person, appointment: str) -> tuple[list[float], list[float]]:
    written, seen = [], []
    with bob.watches(appointment) as socket:
        for _ in range(WARM_UP + ROUNDS):
            started = time.perf_counter()
            lock = alice.acquires(appointment)["lock"]
            written.append(time.perf_counter() - started)
            socket.expects("lock-acquired")
            seen.append(time.perf_counter() - started)
            alice.releases(appointment, lock["lockId"])
            socket.expects("lock-released")
    return written[WARM_UP:], seen[WARM_UP:]


def _report(what: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles(seconds, n=20)
    sys.stdout.write(f"{what}: p50 {cuts[9] * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms, {len(seconds)} locks\n")


if __name__ == "__main__":
    main()
