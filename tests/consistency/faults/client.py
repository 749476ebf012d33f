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

from chalicelib.appointments.model import Appointment
from chalicelib.core.clock import to_ms
from chalicelib.core.errors import Problem, Unavailable
from chalicelib.core.settings import settings
from chalicelib.core.table.connection import connection
from chalicelib.locking.model import Lock, LockStatus
from tests.consistency.faults.choice import choose
from tests.consistency.faults.deeds import Deed, Facts, lock_facts
from tests.consistency.faults.diary import EVERYWHERE, Diary, Outcome
from tests.consistency.faults.hand import Hand, Place
from tests.consistency.faults.network import Caller
from tests.consistency.office import seeded
from tests.consistency.proxy import CALLER

_PATIENCE_SECONDS = 0.005
# As short as they can be set.
SHORT = {"LOCK_GRACE_SECONDS": "1", "CONTROL_REQUEST_SECONDS": "1"}


@dataclass(frozen=True)
class Board:
    """What all processes see: whether to stop, whether the practice is closed, how far the clocks have leapt, and
    of each seat how much it has done and whether it is at something now.
    """

    stop: Any
    closed: Any
    leap_ms: Any
    done: Any
    busy: Any

    @classmethod
    def for_seats(cls, seats: int) -> "Board":
        """A board on which nothing is written yet."""
        return cls(
            RawValue("b", 0), RawValue("b", 0), RawValue("q", 0), RawArray("q", seats), RawArray("b", seats)
        )


@dataclass
class _Working:
    hand: Hand
    board: Board
    diary: Diary


def work(place: Place, board: Board, folder: Path, endpoint: str) -> None:
    """Do one thing after another until the board says stop."""
    moves_in(endpoint, place.client, SHORT)
    hand = Hand(place, seeded((place.seed, place.client, "deeds")))
    working = _Working(hand, board, Diary(folder / f"{place.client}.jsonl"))
    keeps_on(board, place.seat, lambda: _do_one(working))


def moves_in(endpoint: str, client: str, environment: dict[str, str]) -> None:
    """Make this process a client: it calls that endpoint, and says who it is."""
    os.environ |= {"AWS_ENDPOINT_URL": endpoint} | environment
    settings.cache_clear()
    _says_who_calls(client)


def keeps_on(board: Board, seat: int, do_one: Callable[[], None]) -> None:
    """Do one thing after another until the board says stop."""
    while not board.stop.value:
        board.busy[seat] = 1
        if board.closed.value:
            board.busy[seat] = 0
            time.sleep(_PATIENCE_SECONDS)
            continue
        do_one()
        board.done[seat] += 1
    board.busy[seat] = 0


def _says_who_calls(client: str) -> None:
    caller = str(Caller(client, os.getpid()))

    def add_caller(request: AWSPreparedRequest, **_: object) -> None:
        request.headers[CALLER] = caller

    connection.client.meta.events.register("before-send.dynamodb", add_caller)


def _do_one(working: _Working) -> None:
    hand, board = working.hand, working.board
    hand.looks_at_clock(timedelta(milliseconds=board.leap_ms.value))
    hand.number += 1
    appointment, deed = choose(hand)
    working.diary.begins(
        number=hand.number,
        kind=deed.kind,
        appointment=EVERYWHERE if deed.everywhere else appointment,
        asked=deed.asked,
        clock=to_ms(hand.now),
        skew=hand.place.skew_ms,
    )
    working.diary.ends(*outcome_of(deed, lambda problem: _refusal(hand, appointment, problem)))


def outcome_of(deed: Deed, refusal: Callable[[Problem], Facts]) -> tuple[Outcome, Facts]:
    """Do it; how it ended, and what was told, of a refusal what `refusal` makes of it."""
    try:
        return "done", deed.act()
    except Unavailable as problem:
        return "unknown", {"code": problem.code}
    except Problem as problem:
        return "refused", refusal(problem)
    except Exception as error:  # noqa: BLE001 - whatever it is, the checker is to see it
        if _is_the_networks(error):
            return "unknown", {"error": f"{type(error).__name__}: {error}"}
        return "broken", {"error": "".join(traceback.format_exception(error, limit=-2, chain=False))}


def _is_the_networks(error: Exception) -> bool:
    """Whether it says no more than that a call, or each of several, was not answered."""
    if isinstance(error, ExceptionGroup):
        return all(_is_the_networks(part) for part in error.exceptions)
    return isinstance(error, (PynamoDBException, BotoCoreError, ClientError, Unavailable))


def _refusal(hand: Hand, appointment: str, problem: Problem) -> Facts:
    seen = hand.knows(appointment)
    told: Facts = {"code": problem.code}
    if problem.code == "LOCK_LOST":
        hand.loses(appointment)
    if isinstance(lock := problem.evidence.get("lock"), Lock):
        seen.lock_version = lock.version
        told["lock"] = lock_facts(lock)
    current = problem.evidence.get("current")
    if isinstance(current, LockStatus):
        seen.lock_version = current.version
        told["current"] = current.version
    elif isinstance(current, Appointment):
        seen.version, seen.notes = current.version, current.notes
        told["current"] = current.version
    return told
