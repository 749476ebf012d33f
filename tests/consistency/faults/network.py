"""The network between the clients and the database, where their fate meets them."""

import contextlib
import os
import signal
import threading
import time
from typing import NamedTuple

from tests.consistency import busy
from tests.consistency.faults.fate import Fate, Fault, Rates
from tests.consistency.faults.journal import Journal
from tests.consistency.proxy import Answer, Forward, Request


class Caller(NamedTuple):
    """A client and the process that it is."""

    client: str
    pid: int

    def __str__(self) -> str:
        return f"{self.client}@{self.pid}"

    @classmethod
    def of(cls, text: str) -> "Caller":
        """The caller that a call names."""
        client, _, pid = text.partition("@")
        return cls(client, int(pid))


class Network:
    """Meddles with the calls of clients, and writes everything that passes into the journal."""

    def __init__(self, seed: int, rates: Rates) -> None:
        self.journal = Journal()
        self._seed = seed
        self._rates = rates
        self._fates: dict[str, Fate] = {}
        self._lock = threading.Lock()

    def meddle(self, request: Request, forward: Forward) -> Answer | None:
        """Give one call what fate has for it."""
        caller = Caller.of(request.caller)
        fault = self._fate_of(caller.client).next(request.operation)
        began = time.monotonic_ns()
        if fault == "killed before":
            _kill(caller.pid)
        answer = _false_answer(request, fault)
        own = None if answer or fault in ("killed before", "lost before") else forward(request)
        if fault == "killed after":
            _kill(caller.pid)
        self.journal.note(request, caller.client, fault, began, own)
        return answer or (own if fault is None else None)

    def _fate_of(self, client: str) -> Fate:
        with self._lock:
            if client not in self._fates:
                self._fates[client] = Fate(self._seed, client, self._rates)
            return self._fates[client]


def _false_answer(request: Request, fault: Fault | None) -> Answer | None:
    if fault == "throttled":
        return busy.throttled()
    if fault == "conflict":
        return busy.conflict(request)
    if fault == "in progress":
        return busy.in_progress()
    return None


def _kill(pid: int) -> None:
    # It may have been killed by an earlier call that was still under way.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
