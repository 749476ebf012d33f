"""The network between the clients and the database, where their fate meets them."""

import contextlib
import os
import signal
import threading
import time
from typing import NamedTuple

from tests.consistency import contention
from tests.consistency.faults.call_log import CallLog
from tests.consistency.faults.nemesis import Fault, FaultRates, Nemesis
from tests.consistency.proxy import Forward, Request, Response


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


class FaultyNetwork:
    """Meddles with the calls of clients, and writes everything that passes into the journal."""

    def __init__(self, seed: int, rates: FaultRates) -> None:
        self.call_log = CallLog()
        self._seed = seed
        self._rates = rates
        self._nemeses: dict[str, Nemesis] = {}
        self._lock = threading.Lock()

    def intercept(self, request: Request, forward: Forward) -> Response | None:
        """Give one call what fate has for it."""
        caller = Caller.of(request.caller)
        fault = self._nemesis_of(caller.client).next(request.operation)
        began = time.monotonic_ns()
        if fault == "killed before":
            _kill(caller.pid)
        answer = _injected_response(request, fault)
        own = None if answer or fault in ("killed before", "lost before") else forward(request)
        if fault == "killed after":
            _kill(caller.pid)
        self.call_log.record(request, caller.client, fault, began, own)
        return answer or (own if fault is None else None)

    def _nemesis_of(self, client: str) -> Nemesis:
        with self._lock:
            if client not in self._nemeses:
                self._nemeses[client] = Nemesis(self._seed, client, self._rates)
            return self._nemeses[client]


def _injected_response(request: Request, fault: Fault | None) -> Response | None:
    if fault == "throttled":
        return contention.throttling()
    if fault == "conflict":
        return contention.transaction_conflict(request)
    if fault == "in progress":
        return contention.transaction_in_progress()
    return None


def _kill(pid: int) -> None:
    # It may have been killed by an earlier call that was still under way.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
