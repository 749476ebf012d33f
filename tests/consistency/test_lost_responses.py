"""Lost responses: botocore sends the write again, and the repeated write succeeds once."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from chalicelib.accounts.model import LockPolicy
from chalicelib.appointments.service import saving
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import Problem
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Tab, rules
from chalicelib.locking.service import admin as commands
from chalicelib.locking.service import control, leases
from tests.consistency import contention
from tests.consistency.proxy import Forward, Request, Response, run_proxy
from tests.consistency.seed import SeededTenant, seed_tenant
from tests.consistency.table_reader import Fields, TableReader
from tests.consistency.worker_pool import WorkerPool, worker_pool

DONE = "done"
_WRITES = {"UpdateItem", "PutItem", "TransactWriteItems"}


class ResponseDroppingNetwork:
    """Drops the response to the next successful write, and may then report it as still in progress."""

    def __init__(self) -> None:
        self._drops_next = False
        self._in_progress_replies = 0

    def drop_next_response(self, *, in_progress_replies: int = 0) -> None:
        """Drop the next response."""
        self._drops_next, self._in_progress_replies = True, in_progress_replies

    def intercept(self, request: Request, forward: Forward) -> Response | None:
        """Pass one call on."""
        if not self._drops_next and self._in_progress_replies > 0:
            self._in_progress_replies -= 1
            return contention.transaction_in_progress()
        answer = forward(request)
        if self._drops_next and request.operation in _WRITES and answer.status == 200:
            self._drops_next = False
            return None
        return answer


@dataclass(frozen=True)
class LockedAppointment:
    """An appointment that Alice has locked, perhaps with a waitlist."""

    tenant: SeededTenant
    lock_id: str
    version: int

    @property
    def appointment(self) -> str:
        (appointment,) = self.tenant.appointments
        return appointment

    @property
    def alice(self) -> Tab:
        return self.tenant.tab("alice", "one")

    @property
    def admin(self) -> Tab:
        principal = Principal(self.tenant.tenant_id, "dana", "dana@contest.test", "Dana", "admin")
        return Tab(principal, "dana".rjust(16, "-"))

    @property
    def answer(self) -> rules.ControlResponse:
        return rules.ControlResponse(self.alice.principal, self.lock_id)


def prepare(waiting: int) -> LockedAppointment:
    """Let Alice acquire the lock, and so many others request control."""
    tenant = seed_tenant(1)
    (appointment,) = tenant.appointments
    lock = leases.acquire(tenant.tab("alice", "one"), appointment)
    version = lock.version
    for member in ("bob", "carol")[:waiting]:
        version = control.request_control(tenant.tab(member, "one"), appointment, policy=LockPolicy()).version
    return LockedAppointment(tenant, lock.lock_id or "", version)


def acquire(stage: LockedAppointment) -> None:
    leases.acquire(stage.alice, stage.appointment)


def acquire_as_seen(stage: LockedAppointment) -> None:
    leases.acquire(stage.alice, stage.appointment, expected_version=stage.version)


def renew(stage: LockedAppointment) -> None:
    leases.renew(stage.alice.principal, stage.appointment, stage.lock_id)


def release(stage: LockedAppointment) -> None:
    leases.release(stage.appointment, stage.lock_id)


def release_as_seen(stage: LockedAppointment) -> None:
    leases.release(stage.appointment, stage.lock_id, expected_version=stage.version)


def move(stage: LockedAppointment) -> None:
    leases.move(stage.tenant.tab("alice", "two"), stage.appointment)


def take_over(stage: LockedAppointment) -> None:
    commands.take_over(stage.admin, stage.appointment, reason="urgent", expected_version=stage.version)


def force_release(stage: LockedAppointment) -> None:
    admin = stage.admin.principal
    commands.force_release(admin, stage.appointment, reason="urgent", expected_version=stage.version)


def request(stage: LockedAppointment) -> None:
    control.request_control(stage.tenant.tab("erik", "one"), stage.appointment, policy=LockPolicy())


def withdraw(stage: LockedAppointment) -> None:
    control.withdraw_request(stage.tenant.tab("bob", "one"), stage.appointment)


def grant(stage: LockedAppointment) -> None:
    control.grant(stage.appointment, stage.answer)


def deny(stage: LockedAppointment) -> None:
    control.deny(stage.appointment, stage.answer)


def save(stage: LockedAppointment) -> None:
    saving.save(
        stage.alice.principal, stage.appointment, lock_id=stage.lock_id, version=1, changes={"notes": "saved"}
    )


Operation = Callable[[LockedAppointment], None]


@dataclass(frozen=True)
class Attempt:
    """An operation to run in another process."""

    operation: Operation
    stage: LockedAppointment


def result_of(attempt: Attempt) -> str:
    """Return "done", or the code of the rejection."""
    try:
        attempt.operation(attempt.stage)
    except Problem as problem:
        return problem.code
    return DONE


@pytest.fixture(scope="module")
def network() -> ResponseDroppingNetwork:
    """Return the network between application and database."""
    return ResponseDroppingNetwork()


@pytest.fixture(scope="module")
def application(database: str, network: ResponseDroppingNetwork) -> Iterator[WorkerPool]:
    """One process of the application."""
    with (
        run_proxy(database, network.intercept) as endpoint,
        worker_pool({**os.environ, "AWS_ENDPOINT_URL": endpoint}, processes=1) as process,
    ):
        yield process


# The operation, how many wait, and then the holder and the waitlist.
OPERATIONS: list[tuple[Operation, int, str | None, list[str]]] = [
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
    ("operation", "waiting", "holder", "waitlist"),
    [pytest.param(*case, id=f"{case[0].__name__}, {case[1]} waiting") for case in OPERATIONS],
)
def test_operation_with_lost_response_succeeds_once(
    operation: Operation,
    waiting: int,
    holder: str | None,
    waitlist: list[str],
    application: WorkerPool,
    network: ResponseDroppingNetwork,
    tables: TableReader,
) -> None:
    stage = application.run_one(prepare, waiting)
    network.drop_next_response()

    answer = application.run_one(result_of, Attempt(operation, stage))

    lock = _lock(tables, stage)
    assert (lock.get("userId"), [waiter["userId"] for waiter in lock.get("line", [])]) == (holder, waitlist)
    assert answer == DONE


def test_save_with_transaction_in_progress_succeeds(
    application: WorkerPool, network: ResponseDroppingNetwork, tables: TableReader
) -> None:
    stage = application.run_one(prepare, 0)
    network.drop_next_response(in_progress_replies=3)

    answer = application.run_one(result_of, Attempt(save, stage))

    items = tables.appointment(stage.tenant.tenant_id, stage.appointment)
    assert items[keys.APPOINTMENT]["notes"] == "saved"
    assert answer == DONE


def _lock(tables: TableReader, stage: LockedAppointment) -> Fields:
    return tables.appointment(stage.tenant.tenant_id, stage.appointment)[keys.LOCK]
