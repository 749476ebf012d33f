"""A client: a process that runs one operation after another until it is stopped, or killed."""

import os
import random
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import RawArray, RawValue
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.core.clock import to_ms, utc_now
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.http.errors import Problem, Unavailable
from chalicelib.core.settings import settings
from tests.consistency.harness.network import Caller
from tests.consistency.harness.operation_log import ALL_APPOINTMENTS, OperationLog, Outcome
from tests.consistency.harness.operations import Operation, Payload
from tests.consistency.proxy import CALLER_HEADER
from tests.consistency.seed import seeded_random

_PAUSE_SECONDS = 0.005


@dataclass(frozen=True)
class SharedState:
    """What all processes share: stop and pause, how far the clocks have jumped, and each worker's progress."""

    stop: Any
    paused: Any
    clock_offset_ms: Any
    completed: Any
    busy: Any

    @classmethod
    def for_workers(cls, workers: int) -> "SharedState":
        """Return a fresh state for so many workers."""
        return cls(
            RawValue("b", 0), RawValue("b", 0), RawValue("q", 0), RawArray("q", workers), RawArray("b", workers)
        )

    @property
    def clock_offset(self) -> timedelta:
        """How far the clocks have jumped so far."""
        return timedelta(milliseconds=self.clock_offset_ms.value)

    def jump_clocks(self, span: timedelta) -> None:
        """Set all clients' clocks forward."""
        self.clock_offset_ms.value += round(span / timedelta(milliseconds=1))


@dataclass(frozen=True)
class ClientIdentity:
    """One process at a worker's place, which another takes when this one is killed."""

    worker: int
    incarnation: int
    seed: int
    skew_ms: int

    @property
    def name(self) -> str:
        """The client's name, unique in a run."""
        return f"{self.worker}-{self.incarnation}"

    def rng(self) -> random.Random:
        """Return the client's own random numbers, the same in each run with this seed."""
        return seeded_random((self.seed, self.name, "operations"))


@dataclass
class ClientState:
    """A client at work. `now` is its clock's reading for the operation that it is about to run."""

    identity: ClientIdentity
    rng: random.Random
    now: datetime = field(default_factory=utc_now, kw_only=True)
    number: int = field(default=0, kw_only=True)

    def clock(self) -> datetime:
        """Return the same reading during a whole operation, as it was logged."""
        return self.now

    def read_clock(self, offset: timedelta) -> None:
        """Read the client's wrong clock, which has jumped by `offset` together with all others."""
        self.now = utc_now() + offset + timedelta(milliseconds=self.identity.skew_ms)


@dataclass(frozen=True)
class Generator:
    """What one suite's client does next, and what it keeps of a rejection."""

    next_operation: Callable[[Any], Operation]
    on_rejection: Callable[[Any, Operation, Problem], Payload]
    environment: Mapping[str, str]


def run_client(state: ClientState, generator: Generator, shared: SharedState, folder: Path, endpoint: str) -> None:
    """Run operations until `shared.stop` is set."""
    identity = state.identity
    os.environ |= {"AWS_ENDPOINT_URL": endpoint, **generator.environment}
    settings.cache_clear()
    _add_caller_header(identity.name)
    log = OperationLog(folder / f"{identity.name}.jsonl")
    while not shared.stop.value:
        shared.busy[identity.worker] = 1
        if shared.paused.value:
            shared.busy[identity.worker] = 0
            time.sleep(_PAUSE_SECONDS)
            continue
        state.read_clock(shared.clock_offset)
        state.number += 1
        _run_operation(state, generator, log)
        shared.completed[identity.worker] += 1
    shared.busy[identity.worker] = 0


def _add_caller_header(client: str) -> None:
    caller = str(Caller(client, os.getpid()))

    def add_caller(request: AWSPreparedRequest, **_: object) -> None:
        request.headers[CALLER_HEADER] = caller

    connection.client.meta.events.register("before-send.dynamodb", add_caller)


def _run_operation(state: ClientState, generator: Generator, log: OperationLog) -> None:
    operation = generator.next_operation(state)
    log.log_invocation(
        number=state.number,
        kind=operation.kind,
        appointment=operation.appointment or ALL_APPOINTMENTS,
        request=operation.request,
        clock=to_ms(state.now),
        skew=state.identity.skew_ms,
    )
    outcome = _invoke(operation, lambda problem: generator.on_rejection(state, operation, problem))
    log.log_completion(*outcome)


def _invoke(operation: Operation, on_rejection: Callable[[Problem], Payload]) -> tuple[Outcome, Payload]:
    try:
        return "ok", operation.invoke()
    except Unavailable as problem:
        return "unknown", {"code": problem.code}
    except Problem as problem:
        return "rejected", on_rejection(problem)
    except Exception as error:  # noqa: BLE001 - the checker reports any other error
        if _is_network_error(error):
            return "unknown", {"error": f"{type(error).__name__}: {error}"}
        return "error", {"error": "".join(traceback.format_exception(error, limit=-2, chain=False))}


def _is_network_error(error: Exception) -> bool:
    """Whether the error means only that one call, or each of several, got no response."""
    if isinstance(error, ExceptionGroup):
        return all(_is_network_error(part) for part in error.exceptions)
    return isinstance(error, (PynamoDBException, BotoCoreError, ClientError, Unavailable))
