"""The application before the clients come and when all of them are gone: with nothing amiss."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext
from typing import TypeVar

from chalicelib.core.settings import settings
from tests.consistency.faults.client import SHORT

Result = TypeVar("Result")
PROCESSES = 2


class Backroom:
    """A few processes of the application right beside the database."""

    def __init__(self, context: ForkServerContext, endpoint: str) -> None:
        self._executor = ProcessPoolExecutor(PROCESSES, context, _enter, (endpoint,))

    def does(self, task: Callable[..., Result], *arguments: object) -> Result:
        """What the task returned."""
        return self._executor.submit(task, *arguments).result()

    def does_together(self, task: Callable[..., Result], *arguments: object) -> list[Result]:
        """What the task returned in each of the processes, which is told its number."""
        running = [self._executor.submit(task, number, *arguments) for number in range(PROCESSES)]
        return [process.result() for process in running]

    def closes(self) -> None:
        """End the processes."""
        self._executor.shutdown()


def _enter(endpoint: str) -> None:
    os.environ |= {"AWS_ENDPOINT_URL": endpoint} | SHORT
    settings.cache_clear()
