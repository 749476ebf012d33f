"""The application before the clients start and after they stop: processes without faults."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext
from typing import TypeVar

from chalicelib.core.settings import settings

Result = TypeVar("Result")
PROCESSES = 2


class AppWorkers:
    """Processes of the application that call the database directly."""

    def __init__(self, context: ForkServerContext, endpoint: str, environment: Mapping[str, str]) -> None:
        variables = {"AWS_ENDPOINT_URL": endpoint, **environment}
        self._executor = ProcessPoolExecutor(PROCESSES, context, _initialize, (variables,))

    def run(self, task: Callable[..., Result], *arguments: object) -> Result:
        """Run a task in one of the processes."""
        return self._executor.submit(task, *arguments).result()

    def run_on_each(self, task: Callable[..., Result], *arguments: object) -> list[Result]:
        """Run a task once for each process, with its number as the first argument."""
        running = [self._executor.submit(task, number, *arguments) for number in range(PROCESSES)]
        return [process.result() for process in running]

    def close(self) -> None:
        """End the processes."""
        self._executor.shutdown()


def _initialize(variables: Mapping[str, str]) -> None:
    os.environ |= variables
    settings.cache_clear()
