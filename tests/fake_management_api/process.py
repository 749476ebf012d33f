"""The stand-in as a process of its own."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from zlib import crc32

from tests.fake_management_api.server import RESET, Manners, Mood

_TURN_SECONDS = 0.5


@dataclass(frozen=True)
class Weather:
    """What a process of the stand-in does.

    `gone`: this share of all connections is closed, always the same ones. `reset`: so large a share of requests
    has its socket cut. `burst_ms`: so long at the start of each half second every request is throttled.
    """

    latency_ms: float = 20.0
    gone: float = 0.0
    reset: float = 0.0
    burst_ms: float = 0.0

    def manners(self) -> Manners:
        """The same weather as manners; chance is seeded."""
        chance = random.Random(20)  # noqa: S311 - a benchmark's dice

        def meet(method: str, connection_id: str) -> Mood:
            del method
            if crc32(connection_id.encode()) % 1000 < self.gone * 1000:
                return 410
            if time.monotonic() % _TURN_SECONDS < self.burst_ms / 1000:
                return 429
            return RESET if chance.random() < self.reset else 200

        return meet


@contextmanager
def standin_process(weather: Weather) -> Iterator[str]:
    """Its address, while it runs."""
    command = [sys.executable, "-m", "tests.standin", json.dumps(asdict(weather))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
