"""One round of requests, all side by side over many lines, driven by the thread that wants it done."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from selectors import DefaultSelector
from typing import NamedTuple

from chalicelib.realtime.gateway.errand import Errand, Habits
from chalicelib.realtime.gateway.line import Address, Answer, Exchange, Line
from chalicelib.realtime.gateway.lines import Lines


class _Attempt(NamedTuple):
    errand: Errand
    exchange: Exchange
    ends_at: float


class Round:
    """Runs errands until each has met its fate or the time is over.

    `request` makes an errand's bytes, anew for each attempt because a signature grows old. An errand that is to be
    tried again waits without a line of its own.
    """

    def __init__(self, lines: Lines, request: Callable[[Errand], bytes], habits: Habits, seconds: float) -> None:
        self._lines = lines
        self._request = request
        self._habits = habits
        self._deadline = time.monotonic() + seconds
        self._ready: deque[Errand] = deque()
        self._paused: list[tuple[float, int, Errand]] = []  # a heap
        self._attempts: dict[Line, _Attempt] = {}  # the oldest first
        self._free: list[Line] = []
        self._watched: dict[Line, int] = {}
        self._addresses: Sequence[Address] = ()
        self._numbers = count()

    def run(self, errands: Iterable[Errand]) -> None:
        """Run to the end; each errand then has its fate."""
        self._ready.extend(errands)
        with DefaultSelector() as self._selector:
            try:
                while (self._ready or self._paused or self._attempts) and time.monotonic() < self._deadline:
                    self._start_what_can()
                    for key, _ in self._selector.select(self._patience()):
                        self._advance(key.data)
                    self._give_up_on_silence()
            finally:
                self._end()

    def _start_what_can(self) -> None:
        now = time.monotonic()
        while self._paused and self._paused[0][0] <= now:
            self._ready.append(heappop(self._paused)[-1])
        # The clock is read each time because to look for an address may take long.
        while self._ready and self._has_room() and (now := time.monotonic()) < self._deadline:
            self._start(self._ready.popleft(), now)

    def _has_room(self) -> bool:
        return len(self._attempts) < self._habits.side_by_side

    def _start(self, errand: Errand, now: float) -> None:
        request = self._request(errand)
        try:
            line = self._line_for(errand)
        except OSError as error:
            errand.trouble = repr(error)
            self._pause(errand)
        else:
            self._attempts[line] = _Attempt(errand, line.exchange(request), now + self._habits.attempt_seconds)
            self._advance(line)

    def _line_for(self, errand: Errand) -> Line:
        if not errand.wants_new_line and (line := self._free.pop() if self._free else self._lines.take()):
            return line
        self._addresses = self._addresses or self._lines.addresses()
        return self._lines.new(self._addresses[next(self._numbers) % len(self._addresses)])

    def _advance(self, line: Line) -> None:
        attempt = self._attempts.get(line)
        if attempt is None:  # nothing was asked on it: the server closes it
            self._free.remove(line)
            self._drop(line)
            return
        try:
            awaited = next(attempt.exchange)
            if self._watched.get(line) != awaited:
                self._watch(line, awaited)
        except StopIteration as end:
            self._answered(line, end.value)
        except OSError as error:
            self._lost(line, error)

    def _watch(self, line: Line, awaited: int) -> None:
        if line in self._watched:
            self._selector.modify(line, awaited, line)
        else:
            self._selector.register(line, awaited, line)
        self._watched[line] = awaited

    def _answered(self, line: Line, answer: Answer) -> None:
        errand = self._attempts.pop(line).errand
        if answer.keeps:
            self._free.append(line)
        else:
            self._drop(line)
        if errand.hears(answer, self._habits):
            self._pause(errand)

    def _lost(self, line: Line, error: OSError) -> None:
        errand = self._attempts.pop(line).errand
        self._drop(line)
        errand.trouble = repr(error)
        errand.wants_new_line = True
        if line.rested and not isinstance(error, TimeoutError):  # the server had closed it: nothing was tried yet
            self._ready.appendleft(errand)
        elif not line.opened or errand.fails(self._habits):
            self._pause(errand)

    def _pause(self, errand: Errand) -> None:
        due = time.monotonic() + self._habits.pause_seconds(errand.pauses)
        errand.pauses += 1
        if due < self._deadline:
            heappush(self._paused, (due, next(self._numbers), errand))

    def _patience(self) -> float:
        until = self._deadline
        if self._paused and self._has_room():
            until = min(until, self._paused[0][0])
        if self._attempts:
            until = min(until, next(iter(self._attempts.values())).ends_at)
        return max(until - time.monotonic(), 0)

    def _give_up_on_silence(self) -> None:
        now = time.monotonic()
        while self._attempts:
            line, attempt = next(iter(self._attempts.items()))
            if attempt.ends_at > now:
                return
            self._lost(line, TimeoutError("no answer"))

    def _drop(self, line: Line) -> None:
        if self._watched.pop(line, None) is not None:
            self._selector.unregister(line)
        line.close()

    def _end(self) -> None:
        for line in self._attempts:
            line.close()
        for line in self._free:
            self._lines.give_back(line)
