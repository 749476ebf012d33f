"""A write happened and its answer was lost. botocore sends it again, and finds what it did itself: whoever asked
is told that it is done, and it is done once.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from chalicelib.accounts.model import LockPolicy
from chalicelib.appointments.service import saving
from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.errors import Problem
from chalicelib.locking.model import Tab, rules
from chalicelib.locking.service import commands, holding
from chalicelib.locking.service import waiting as waiting_service
from tests.consistency import busy
from tests.consistency.contest import Crew, crew
from tests.consistency.ledger import Fields, Ledger
from tests.consistency.office import Room, open_room
from tests.consistency.proxy import Answer, Forward, Request, proxied

DONE = "done"
_WRITES = {"UpdateItem", "PutItem", "TransactWriteItems"}


class Forgetful:
    """A network that loses the answer to the next write that succeeds, and may then say that it still goes on."""

    def __init__(self) -> None:
        self._loses = False
        self._still_goes_on = 0

    def loses_one(self, *, says_it_goes_on: int = 0) -> None:
        """Begin to."""
        self._loses, self._still_goes_on = True, says_it_goes_on

    def meddle(self, request: Request, forward: Forward) -> Answer | None:
        """Pass a call on."""
        if not self._loses and self._still_goes_on > 0:
            self._still_goes_on -= 1
            return busy.in_progress()
        answer = forward(request)
        if self._loses and request.operation in _WRITES and answer.status == 200:
            self._loses = False
            return None
        return answer


@dataclass(frozen=True)
class Stage:
    """An appointment whose lock Alice holds, for which some may wait."""

    room: Room
    lock_id: str
    version: int

    @property
    def appointment(self) -> str:
        (appointment,) = self.room.appointments
        return appointment

    @property
    def alice(self) -> Tab:
        return self.room.tab("alice", "one")

    @property
    def admin(self) -> Tab:
        principal = Principal(self.room.tenant_id, "dana", "dana@contest.test", "Dana", "admin")
        return Tab(principal, "dana".rjust(16, "-"))

    @property
    def answer(self) -> rules.Answer:
        return rules.Answer(self.alice.principal, self.lock_id)


def prepare(waiting: int) -> Stage:
    """Alice takes the lock, and so many others ask for it."""
    room = open_room(1)
    (appointment,) = room.appointments
    lock = holding.acquire(room.tab("alice", "one"), appointment)
    version = lock.version
    for member in ("bob", "carol")[:waiting]:
        version = waiting_service.request(room.tab(member, "one"), appointment, policy=LockPolicy()).version
    return Stage(room, lock.lock_id or "", version)


def acquire(stage: Stage) -> None:
    holding.acquire(stage.alice, stage.appointment)


def acquire_as_seen(stage: Stage) -> None:
    holding.acquire(stage.alice, stage.appointment, expected_version=stage.version)


def renew(stage: Stage) -> None:
    holding.renew(stage.alice.principal, stage.appointment, stage.lock_id)


def release(stage: Stage) -> None:
    holding.release(stage.appointment, stage.lock_id)


def release_as_seen(stage: Stage) -> None:
    holding.release(stage.appointment, stage.lock_id, expected_version=stage.version)


def move(stage: Stage) -> None:
    holding.move(stage.room.tab("alice", "two"), stage.appointment)


def take_over(stage: Stage) -> None:
    commands.take_over(stage.admin, stage.appointment, reason="urgent", expected_version=stage.version)


def force_release(stage: Stage) -> None:
    admin = stage.admin.principal
    commands.force_release(admin, stage.appointment, reason="urgent", expected_version=stage.version)


def request(stage: Stage) -> None:
    waiting_service.request(stage.room.tab("erik", "one"), stage.appointment, policy=LockPolicy())


def withdraw(stage: Stage) -> None:
    waiting_service.withdraw(stage.room.tab("bob", "one"), stage.appointment)


def grant(stage: Stage) -> None:
    waiting_service.grant(stage.appointment, stage.answer)


def deny(stage: Stage) -> None:
    waiting_service.deny(stage.appointment, stage.answer)


def save(stage: Stage) -> None:
    saving.save(
        stage.alice.principal, stage.appointment, lock_id=stage.lock_id, version=1, changes={"notes": "saved"}
    )


Act = Callable[[Stage], None]


@dataclass(frozen=True)
class Attempt:
    """An act, which is done in another process."""

    act: Act
    stage: Stage


def told(attempt: Attempt) -> str:
    """What comes back for it: done, or the refusal's code."""
    try:
        attempt.act(attempt.stage)
    except Problem as problem:
        return problem.code
    return DONE


@pytest.fixture(scope="module")
def network() -> Forgetful:
    """The network between the application and the database."""
    return Forgetful()


@pytest.fixture(scope="module")
def application(database: str, network: Forgetful) -> Iterator[Crew]:
    """One process of the application."""
    with (
        proxied(database, network.meddle) as endpoint,
        crew({**os.environ, "AWS_ENDPOINT_URL": endpoint}, processes=1) as process,
    ):
        yield process


# The act, how many wait, and then who holds the lock and who waits.
ACTS: list[tuple[Act, int, str | None, list[str]]] = [
    (acquire, 0, "alice", []),
    (acquire_as_seen, 0, "alice", []),
    (acquire_as_seen, 1, "alice", ["bob"]),
    (renew, 0, "alice", []),
    (renew, 1, "alice", ["bob"]),
    (release, 0, None, []),
    (release, 2, None, ["bob", "carol"]),
    (release_as_seen, 0, None, []),
    (release_as_seen, 1, None, ["bob"]),
    (move, 0, "alice", []),
    (move, 1, "alice", ["bob"]),
    (take_over, 0, "dana", []),
    (take_over, 1, "dana", ["bob"]),
    (force_release, 0, None, []),
    (force_release, 1, None, ["bob"]),
    (request, 0, "alice", ["erik"]),
    (request, 2, "alice", ["bob", "carol", "erik"]),
    (withdraw, 1, "alice", []),
    (withdraw, 2, "alice", ["carol"]),
    (grant, 1, "bob", []),
    (grant, 2, "bob", ["carol"]),
    (deny, 1, "alice", []),
    (deny, 2, "alice", ["carol"]),
    (save, 0, "alice", []),
]


@pytest.mark.parametrize(
    ("act", "waiting", "holder", "line"),
    [pytest.param(*case, id=f"{case[0].__name__}, {case[1]} waiting") for case in ACTS],
)
def test_what_happened_unseen_is_told_as_done_and_done_once(
    act: Act,
    waiting: int,
    holder: str | None,
    line: list[str],
    application: Crew,
    network: Forgetful,
    ledger: Ledger,
) -> None:
    stage = application.alone(prepare, waiting)
    network.loses_one()

    answer = application.alone(told, Attempt(act, stage))

    lock = _lock(ledger, stage)
    assert (lock.get("userId"), [asker["userId"] for asker in lock.get("line", [])]) == (holder, line)
    assert answer == DONE


def test_a_save_whose_transaction_is_said_to_go_on_is_told_as_done(
    application: Crew, network: Forgetful, ledger: Ledger
) -> None:
    stage = application.alone(prepare, 0)
    network.loses_one(says_it_goes_on=3)

    answer = application.alone(told, Attempt(save, stage))

    items = ledger.appointment(stage.room.tenant_id, stage.appointment)
    assert items[keys.APPOINTMENT]["notes"] == "saved"
    assert answer == DONE


def _lock(ledger: Ledger, stage: Stage) -> Fields:
    return ledger.appointment(stage.room.tenant_id, stage.appointment)[keys.LOCK]
