"""The stand-in as a process: `python -m tests.standin '{"latency_ms": 20, "gone": 0.02}'`.

Says its address, then serves until it is ended.
"""

import asyncio
import json
import sys

from tests.fake_management_api.process import Weather
from tests.fake_management_api.server import StandIn


def main(weather: Weather) -> None:
    """Serve until the process is ended."""
    standin = StandIn(weather.manners(), weather.latency_ms / 1000, keeps=False)
    print(standin.endpoint, flush=True)
    asyncio.run(standin.serve())


main(Weather(**json.loads(sys.argv[1])))
