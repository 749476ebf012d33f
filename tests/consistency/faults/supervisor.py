"""The seats of a shift, each taken by one process after another, as they are killed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess

from tests.consistency.faults.client import SharedState

_TICK_SECONDS = 0.02
_SHUTDOWN_SECONDS = 60.0

# Makes the process of a seat, given how many have sat there before; it is not started yet.
ProcessFactory = Callable[[int, int], ForkServerProcess]


class Supervisor:
    """Keeps a client at each seat of the board."""

    def __init__(self, shared: SharedState, make_process: ProcessFactory) -> None:
        self.kills = 0
        self._shared = shared
        self._make_process = make_process
        self._processes: dict[int, ForkServerProcess] = {}
        self._incarnations = [0] * len(shared.completed)

    @contextmanager
    def running(self) -> Iterator[None]:
        """With all seats taken; afterwards all go."""
        for seat in range(len(self._incarnations)):
            self._start(seat)
        try:
            yield
        finally:
            self._shared.stop.value = 1
            for process in self._processes.values():
                process.join(_SHUTDOWN_SECONDS)
                process.kill()

    def run_until_done(self, operations: int) -> None:
        """Until so many operations have ended."""
        while sum(self._shared.completed) < operations:
            self._restart_killed()

    def wait_until_idle(self) -> None:
        """Until nobody is at anything."""
        while any(self._shared.busy):
            self._restart_killed()

    def _restart_killed(self) -> None:
        seats = {process.sentinel: seat for seat, process in self._processes.items()}
        for sentinel in wait(list(seats), _TICK_SECONDS):
            seat = seats[sentinel]  # type: ignore[index]
            self._processes.pop(seat).join()
            self._shared.busy[seat] = 0
            self.kills += 1
            self._start(seat)

    def _start(self, worker: int) -> None:
        process = self._make_process(worker, self._incarnations[worker])
        self._incarnations[worker] += 1
        process.start()
        self._processes[worker] = process
