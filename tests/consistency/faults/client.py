"""One client: a process that does one thing after another until it is stopped, or killed."""

import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import RawArray, RawValue
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.http.errors import Problem, Unavailable
from chalicelib.core.settings import settings
from chalicelib.locking.model import Lock, LockStatus
from tests.consistency.faults.client_state import ClientIdentity, ClientState
from tests.consistency.faults.generator import next_operation
from tests.consistency.faults.network import Caller
from tests.consistency.faults.operation_log import ALL_APPOINTMENTS, OperationLog, Outcome
from tests.consistency.faults.operations import Operation, Payload, lock_payload
from tests.consistency.proxy import CALLER_HEADER
from tests.consistency.seed import seeded_random

_PAUSE_SECONDS = 0.005
# As short as they can be set.
SHORT_TIMEOUTS = {"LOCK_GRACE_SECONDS": "1", "CONTROL_REQUEST_SECONDS": "1"}


@dataclass(frozen=True)
class SharedState:
    """What all processes see: whether to stop, whether the practice is closed, how far the clocks have leapt, and
    of each seat how much it has done and whether it is at something now.
    """

    stop: Any
    paused: Any
    clock_offset_ms: Any
    completed: Any
    busy: Any

    @classmethod
    def for_workers(cls, workers: int) -> "SharedState":
        """A board on which nothing is written yet."""
        return cls(
            RawValue("b", 0), RawValue("b", 0), RawValue("q", 0), RawArray("q", workers), RawArray("b", workers)
        )


@dataclass
class _ClientContext:
    hand: ClientState
    board: SharedState
    diary: OperationLog


def run_client(place: ClientIdentity, board: SharedState, folder: Path, endpoint: str) -> None:
    """Do one thing after another until the board says stop."""
    initialize_process(endpoint, place.client, SHORT_TIMEOUTS)
    hand = ClientState(place, seeded_random((place.seed, place.client, "deeds")))
    working = _ClientContext(hand, board, OperationLog(folder / f"{place.client}.jsonl"))
    run_until_stopped(board, place.worker, lambda: _run_operation(working))


def initialize_process(endpoint: str, client: str, environment: dict[str, str]) -> None:
    """Make this process a client: it calls that endpoint, and says who it is."""
    os.environ |= {"AWS_ENDPOINT_URL": endpoint} | environment
    settings.cache_clear()
    _add_caller_header(client)


def run_until_stopped(shared: SharedState, worker: int, run_one: Callable[[], None]) -> None:
    """Do one thing after another until the board says stop."""
    while not shared.stop.value:
        shared.busy[worker] = 1
        if shared.paused.value:
            shared.busy[worker] = 0
            time.sleep(_PAUSE_SECONDS)
            continue
        run_one()
        shared.completed[worker] += 1
    shared.busy[worker] = 0


def _add_caller_header(client: str) -> None:
    caller = str(Caller(client, os.getpid()))

    def add_caller(request: AWSPreparedRequest, **_: object) -> None:
        request.headers[CALLER_HEADER] = caller

    connection.client.meta.events.register("before-send.dynamodb", add_caller)


def _run_operation(working: _ClientContext) -> None:
    hand, board = working.hand, working.board
    hand.read_clock(timedelta(milliseconds=board.clock_offset_ms.value))
    hand.number += 1
    appointment, deed = next_operation(hand)
    working.diary.log_invocation(
        number=hand.number,
        kind=deed.kind,
        appointment=ALL_APPOINTMENTS if deed.affects_all else appointment,
        asked=deed.asked,
        clock=to_ms(hand.now),
        skew=hand.identity.skew_ms,
    )
    working.diary.log_completion(*invoke(deed, lambda problem: _rejection(hand, appointment, problem)))


def invoke(deed: Operation, refusal: Callable[[Problem], Payload]) -> tuple[Outcome, Payload]:
    """Do it; how it ended, and what was told, of a refusal what `refusal` makes of it."""
    try:
        return "done", deed.invoke()
    except Unavailable as problem:
        return "unknown", {"code": problem.code}
    except Problem as problem:
        return "refused", refusal(problem)
    except Exception as error:  # noqa: BLE001 - whatever it is, the checker is to see it
        if _is_network_error(error):
            return "unknown", {"error": f"{type(error).__name__}: {error}"}
        return "broken", {"error": "".join(traceback.format_exception(error, limit=-2, chain=False))}


def _is_network_error(error: Exception) -> bool:
    """Whether it says no more than that a call, or each of several, was not answered."""
    if isinstance(error, ExceptionGroup):
        return all(_is_network_error(part) for part in error.exceptions)
    return isinstance(error, (PynamoDBException, BotoCoreError, ClientError, Unavailable))


def _rejection(hand: ClientState, appointment: str, problem: Problem) -> Payload:
    seen = hand.appointment(appointment)
    told: Payload = {"code": problem.code}
    if problem.code == "LOCK_LOST":
        hand.forget_lock(appointment)
    if isinstance(lock := problem.extensions.get("lock"), Lock):
        seen.lock_version = lock.version
        told["lock"] = lock_payload(lock)
    current = problem.extensions.get("current")
    if isinstance(current, LockStatus):
        seen.lock_version = current.version
        told["current"] = current.version
    elif isinstance(current, Appointment):
        seen.version, seen.notes = current.version, current.notes
        told["current"] = current.version
    return told
