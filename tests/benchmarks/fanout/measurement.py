"""One measurement in a fresh process: `python -m tests.benchmarks.fanout.measurement TRANSPORT SIZE ROUNDS URL`.

Prints `seconds cpu_seconds peak_mb missed`: time and CPU time of one round on average, once warm; `missed` counts
the connections that were neither reached nor found closed in any round.
"""

import gc
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import botocore.session

from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Lock, Tab, UserInfo
from chalicelib.realtime.frames.locks import LockFrame
from chalicelib.realtime.management_api.client import ManagementApiClient
from chalicelib.realtime.model import Subscriber
from chalicelib.realtime.service.delivery import deliver, texts_for
from tests.benchmarks.fanout import transports

AT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
WARM_UP = 64


def audience(size: int) -> list[Subscriber]:
    """Members who follow one appointment; the first of them has its lock."""
    return [
        Subscriber(f"L0SM9cOF{number:06x}CIhw=", "a-practice", Tab(_member(number), f"a-tab-of-{number:06}"))
        for number in range(size)
    ]


def _member(number: int) -> Principal:
    return Principal("a-practice", f"user-{number:06}", f"member-{number}@bench.test", f"Member {number}", "staff")


def frame() -> LockFrame:
    """Return the frame after the first member has pressed Edit."""
    holder = _member(0)
    lock = Lock(
        appointment_id="9d2e7c41ab604f38",
        version=1_760_000_000_001,
        user_id=holder.member_id,
        user_info=UserInfo(holder.name, holder.email),
        acquired_at=AT,
        renewed_at=AT,
        expires_at=AT + timedelta(minutes=5),
        lock_id="a-practice.dzFNv0H5lQGJm2aKcE8RsA",
        session_id="a-tab-of-000000",
    )
    return LockFrame(AT, lock.appointment_id, lock.version, lock, "lock-acquired", "acquired")


def delivery(endpoint: str, followers: list[Subscriber]) -> Callable[[], int]:
    """Our own code, from an audience to the outcome."""
    api, lock_frame = ManagementApiClient(endpoint, botocore.session.get_session()), frame()
    deliver(followers[:WARM_UP], lock_frame, api)
    return lambda: len(deliver(followers, lock_frame, api).missed)


def transport(name: str, endpoint: str, followers: list[Subscriber]) -> Callable[[], int]:
    """Another transport alone: the frames are encoded already."""
    send, lock_frame = getattr(transports, name)(endpoint), frame()
    texts = texts_for(followers, lock_frame)
    send(texts_for(followers[:WARM_UP], lock_frame))

    def run() -> int:
        send(texts)
        return 0

    return run


def main(name: str, size: int, rounds: int, endpoint: str) -> None:
    """Measure and print."""
    followers = audience(size)
    run = delivery(endpoint, followers) if name == "delivery" else transport(name, endpoint, followers)
    gc.collect()
    gc.freeze()  # as the app does
    started, cpu = time.perf_counter(), time.process_time()
    missed = sum(run() for _ in range(rounds))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds / rounds, cpu / rounds, peak_mb, missed, flush=True)
    os._exit(0)  # without waiting for threads


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
