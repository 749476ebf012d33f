"""The network between clients and database, with injected faults."""

import contextlib
import os
import signal
import threading
import time
from typing import NamedTuple

from tests.consistency import contention
from tests.consistency.harness.call_log import CallLog
from tests.consistency.harness.nemesis import Fault, FaultRates, Nemesis
from tests.consistency.proxy import Forward, Request, Response


class Caller(NamedTuple):
    """A client and its process."""

    client: str
    pid: int

    def __str__(self) -> str:
        return f"{self.client}@{self.pid}"

    @classmethod
    def of(cls, text: str) -> "Caller":
        """Parse the caller header of a call."""
        client, _, pid = text.partition("@")
        return cls(client, int(pid))


class FaultyNetwork:
    """Injects faults into the calls of clients, and logs all calls."""

    def __init__(self, seed: int, rates: FaultRates) -> None:
        self.call_log = CallLog()
        self._seed = seed
        self._rates = rates
        self._nemeses: dict[str, Nemesis] = {}
        self._lock = threading.Lock()

    def intercept(self, request: Request, forward: Forward) -> Response | None:
        """Pass one call on, with the fault that its nemesis draws."""
        caller = Caller.of(request.caller)
        fault = self._nemesis_of(caller.client).next(request.operation)
        began = time.monotonic_ns()
        if fault == "killed before":
            _kill(caller.pid)
        response = _injected_response(request, fault)
        own = None if response or fault in ("killed before", "request lost") else forward(request)
        if fault == "killed after":
            _kill(caller.pid)
        self.call_log.record(request, caller.client, fault, began, own)
        return response or (own if fault is None else None)

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
    # An earlier call may have killed it already.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
