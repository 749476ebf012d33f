"""The application before the clients come and when all of them are gone: with nothing amiss."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext
from typing import TypeVar

from chalicelib.core.settings import settings
from tests.consistency.faults.client import SHORT_TIMEOUTS

Result = TypeVar("Result")
PROCESSES = 2


class AppWorkers:
    """A few processes of the application right beside the database."""

    def __init__(self, context: ForkServerContext, endpoint: str) -> None:
        self._executor = ProcessPoolExecutor(PROCESSES, context, _initialize, (endpoint,))

    def run(self, task: Callable[..., Result], *arguments: object) -> Result:
        """What the task returned."""
        return self._executor.submit(task, *arguments).result()

    def run_on_each(self, task: Callable[..., Result], *arguments: object) -> list[Result]:
        """What the task returned in each of the processes, which is told its number."""
        running = [self._executor.submit(task, number, *arguments) for number in range(PROCESSES)]
        return [process.result() for process in running]

    def close(self) -> None:
        """End the processes."""
        self._executor.shutdown()


def _initialize(endpoint: str) -> None:
    os.environ |= {"AWS_ENDPOINT_URL": endpoint} | SHORT_TIMEOUTS
    settings.cache_clear()
