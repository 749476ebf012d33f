"""The seats of a shift, each taken by one process after another, as they are killed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess

from tests.consistency.faults.client import Board

_TICK_SECONDS = 0.02
_LAST_OPERATION_SECONDS = 60.0

# Makes the process of a seat, given how many have sat there before; it is not started yet.
Hire = Callable[[int, int], ForkServerProcess]


class Seats:
    """Keeps a client at each seat of the board."""

    def __init__(self, board: Board, hire: Hire) -> None:
        self.kills = 0
        self._board = board
        self._hire = hire
        self._at_work: dict[int, ForkServerProcess] = {}
        self._sat = [0] * len(board.done)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """With all seats taken; afterwards all go."""
        for seat in range(len(self._sat)):
            self._sits_down(seat)
        try:
            yield
        finally:
            self._board.stop.value = 1
            for process in self._at_work.values():
                process.join(_LAST_OPERATION_SECONDS)
                process.kill()

    def until_done(self, operations: int) -> None:
        """Until so many operations have ended."""
        while sum(self._board.done) < operations:
            self._replaces_the_dead()

    def until_idle(self) -> None:
        """Until nobody is at anything."""
        while any(self._board.busy):
            self._replaces_the_dead()

    def _replaces_the_dead(self) -> None:
        seats = {process.sentinel: seat for seat, process in self._at_work.items()}
        for sentinel in wait(list(seats), _TICK_SECONDS):
            seat = seats[sentinel]  # type: ignore[index]
            self._at_work.pop(seat).join()
            self._board.busy[seat] = 0
            self.kills += 1
            self._sits_down(seat)

    def _sits_down(self, seat: int) -> None:
        process = self._hire(seat, self._sat[seat])
        self._sat[seat] += 1
        process.start()
        self._at_work[seat] = process
