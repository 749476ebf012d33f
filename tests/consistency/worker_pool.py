"""Processes that run tasks at the same moment."""

import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Any, TypeVar

from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.keys import Key

Task = TypeVar("Task")
Result = TypeVar("Result")
BarrierWait = Callable[[], None]
Worker = Callable[[Task, BarrierWait], Result]

# How many tasks can start together. Each size has a barrier, which processes can only inherit.
SIZES = (1, 2, 4, 8, 16, 32, 64)
_MAX_WAIT_SECONDS = 60.0
_barriers: dict[int, Barrier] = {}


class WorkerFailed(Exception):
    """A task raised an error; the message is its traceback."""


class WorkerPool:
    """Runs tasks side by side: each task has its own thread, and the threads are shared out to the processes.

    The test's own process runs nothing of the application.
    """

    def __init__(self, executor: ProcessPoolExecutor, processes: int, barriers: Mapping[int, Barrier]) -> None:
        self._executor = executor
        self._processes = processes
        self._barriers = barriers

    def run_together(self, worker: Worker[Task, Result], tasks: Sequence[Task]) -> list[Result]:
        """Run `worker(task, wait_at_barrier)` for each task, all started at one moment, and return the results.

        A worker may call `wait_at_barrier` again, to wait until all others have called it as often.
        """
        size = len(tasks)
        self._barriers[size].reset()
        # Each share blocks its process until every share has begun, so that no process takes two.
        shares = [tasks[start :: self._processes] for start in range(min(self._processes, size))]
        running = [self._executor.submit(_run, worker, share, size) for share in shares]
        _raise_first_error(running)
        results: list[Any] = [None] * size
        for start, share in enumerate(running):
            results[start :: self._processes] = share.result()
        return results

    def run_one(self, worker: Callable[[Task], Result], task: Task) -> Result:
        """Run `worker(task)` in one of the processes."""
        return self._executor.submit(worker, task).result()


@contextmanager
def worker_pool(environment: Mapping[str, str], processes: int = 8) -> Iterator[WorkerPool]:
    """Start processes, each with this environment and its own DynamoDB client, and end them."""
    context = multiprocessing.get_context("spawn")
    barriers = {size: context.Barrier(size) for size in SIZES}
    with ProcessPoolExecutor(processes, context, _initialize, (dict(environment), barriers)) as executor:
        yield WorkerPool(executor, processes, barriers)


def _initialize(environment: Mapping[str, str], barriers: Mapping[int, Barrier]) -> None:
    os.environ.update(environment)
    _barriers.update(barriers)
    # botocore clients serve many threads, but must be created by one.
    DataItem.read(Key("NOTHING", "NOTHING"))


def _run(worker: Worker[Task, Result], share: Sequence[Task], size: int) -> list[Result]:
    barrier = _barriers[size]

    def wait_at_barrier() -> None:
        barrier.wait(_MAX_WAIT_SECONDS)

    def begin(task: Task) -> Result:
        try:
            wait_at_barrier()
            return worker(task, wait_at_barrier)
        except BrokenBarrierError:
            raise
        except Exception:  # noqa: BLE001 - passed on to the test
            barrier.abort()
            # Not every exception can be pickled; its traceback can.
            raise WorkerFailed(traceback.format_exc()) from None

    with ThreadPoolExecutor(len(share)) as threads:
        running = [threads.submit(begin, task) for task in share]
    _raise_first_error(running)
    return [thread.result() for thread in running]


def _raise_first_error(running: Sequence[Future[Any]]) -> None:
    """Raise the error that broke the barrier, not the others' reports of it."""
    errors = [error for error in (future.exception() for future in running) if error]
    errors.sort(key=lambda error: isinstance(error, BrokenBarrierError))
    if errors:
        raise errors[0]
