"""The fake as a process of its own; its CPU time is not counted."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from zlib import crc32

from tests.fake_management_api.server import RESET, Behaviour, Reaction

_CYCLE_SECONDS = 0.5


@dataclass(frozen=True)
class Conditions:
    """Latency and faults.

    `gone`: the share of connections that are closed, always the same ones. `reset`: the share of requests that get
    their socket reset. `burst_ms`: for so long at the start of each half second every request is throttled.
    """

    latency_ms: float = 20.0
    gone: float = 0.0
    reset: float = 0.0
    burst_ms: float = 0.0

    def behaviour(self) -> Behaviour:
        """Return a behaviour under these conditions; its chance is seeded."""
        chance = random.Random(20)  # noqa: S311 - a benchmark's dice

        def react(method: str, connection_id: str) -> Reaction:
            del method
            if crc32(connection_id.encode()) % 1000 < self.gone * 1000:
                return 410
            if time.monotonic() % _CYCLE_SECONDS < self.burst_ms / 1000:
                return 429
            return RESET if chance.random() < self.reset else 200

        return react


@contextmanager
def fake_management_api_process(conditions: Conditions) -> Iterator[str]:
    """Run the process and yield its address."""
    command = [sys.executable, "-m", "tests.fake_management_api", json.dumps(asdict(conditions))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
