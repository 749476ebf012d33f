"""The fake as a process: `python -m tests.fake_management_api '{"latency_ms": 20, "gone": 0.02}'`.

Prints its address, then serves until it is terminated.
"""

import asyncio
import json
import sys

from tests.fake_management_api.process import Conditions
from tests.fake_management_api.server import FakeManagementApi


def main(conditions: Conditions) -> None:
    """Serve until the process is terminated."""
    api = FakeManagementApi(conditions.behaviour(), conditions.latency_ms / 1000, records_requests=False)
    print(api.endpoint, flush=True)
    asyncio.run(api.serve())


main(Conditions(**json.loads(sys.argv[1])))
