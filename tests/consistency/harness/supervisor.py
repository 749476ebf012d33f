"""Keeps the clients of a run alive: a process that is killed is replaced by another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess

from tests.consistency.harness.client import SharedState

_TICK_SECONDS = 0.02
_SHUTDOWN_SECONDS = 60.0

# Makes the process of a worker, not started yet, given how many were there before.
ProcessFactory = Callable[[int, int], ForkServerProcess]


class Supervisor:
    """Runs one process for each worker of the shared state."""

    def __init__(self, shared: SharedState, make_process: ProcessFactory) -> None:
        self.shared = shared
        self.kills = 0
        self._make_process = make_process
        self._processes: dict[int, ForkServerProcess] = {}
        self._incarnations = [0] * len(shared.completed)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start all workers, and stop them at the end."""
        for worker in range(len(self._incarnations)):
            self._start(worker)
        try:
            yield
        finally:
            self.shared.stop.value = 1
            for process in self._processes.values():
                process.join(_SHUTDOWN_SECONDS)
                process.kill()

    def run_until_done(self, operations: int) -> None:
        """Wait until so many operations have ended."""
        while sum(self.shared.completed) < operations:
            self._restart_killed()

    def wait_until_idle(self) -> None:
        """Wait until no operation is running."""
        while any(self.shared.busy):
            self._restart_killed()

    def _restart_killed(self) -> None:
        workers = {process.sentinel: worker for worker, process in self._processes.items()}
        for sentinel in wait(list(workers), _TICK_SECONDS):
            worker = workers[sentinel]  # type: ignore[index]
            self._processes.pop(worker).join()
            self.shared.busy[worker] = 0
            self.kills += 1
            self._start(worker)

    def _start(self, worker: int) -> None:
        process = self._make_process(worker, self._incarnations[worker])
        self._incarnations[worker] += 1
        process.start()
        self._processes[worker] = process
