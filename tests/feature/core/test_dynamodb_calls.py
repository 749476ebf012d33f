"""DynamoDB calls of each operation, counted where they leave botocore's client."""

from collections.abc import Callable

import pytest

from tests.app_client.dynamodb_calls import RATE_LIMIT, calls_of
from tests.app_client.member import Member
from tests.app_client.practice import PASSWORD, Practice, send
from tests.app_client.stream import Stream
from tests.feature.locking.test_locks import held_since


def test_first_acquire_is_two_calls_after_the_limit(alice: Member, appointment: str) -> None:
    with calls_of("acquire, not locked lately") as calls:
        assert alice.acquires(appointment).status == 200

    assert calls == [RATE_LIMIT, "UpdateItem", "TransactWriteItems"]


def test_acquire_conflict_renew_release_are_one_call_each(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)
    steps: dict[str, Callable[[], int]] = {
        "acquire": lambda: alice.acquires(appointment).status,
        "conflict, with its holder": lambda: bob.acquires(appointment).status,
        "renew": lambda: alice.renews(appointment).status,
        "release": lambda: alice.releases(appointment).status,
    }

    for operation, step in steps.items():
        with calls_of(operation) as calls:
            assert step() in (200, 409)
        limited = [RATE_LIMIT] if operation.startswith(("acquire", "conflict")) else []
        assert calls == [*limited, "UpdateItem"], operation


def test_move_takeover_grant_force_release_are_two_calls(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    admin = practice.admin
    alice.acquires(appointment)
    other = alice.in_another_tab()
    seen = alice.status(appointment)["version"]
    steps: dict[str, Callable[[], int]] = {
        "move": lambda: other.moves_lock(appointment).status,
        "takeover": lambda: admin.takes_over(appointment, expectedVersion=seen + 1).status,
        "takeover, too late": lambda: admin.takes_over(appointment, expectedVersion=seen).status,
        "forced release": lambda: admin.force_releases(appointment, expectedVersion=seen + 2).status,
    }

    for operation, step in steps.items():
        with calls_of(operation) as calls:
            assert step() in (200, 409)
        assert calls == (["GetItem"] if operation.endswith("too late") else ["GetItem", "PutItem"]), operation

    alice.acquires(appointment)
    bob.requests_control(appointment)
    with calls_of("grant") as calls:
        assert alice.grants(appointment).status == 200
    assert calls == ["GetItem", "PutItem"]


def test_waitlist_operations_are_two_calls(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    carla = practice.adds_member("Carla")
    alice.acquires(appointment)
    for member, operation in ((bob, "request control"), (carla, "request control, behind another")):
        with calls_of(operation) as calls:
            assert member.requests_control(appointment).status == 202
        assert calls == [RATE_LIMIT, "GetItem", "GetItem", "PutItem"], operation
    steps: dict[str, tuple[Callable[[], int], list[str]]] = {
        "renew, somebody waits": (lambda: alice.renews(appointment).status, ["UpdateItem", "PutItem"]),
        "grant, more wait": (lambda: alice.grants(appointment).status, ["GetItem", "PutItem"]),
    }

    for operation, (step, expected) in steps.items():
        with calls_of(operation) as calls:
            assert step() == 200
        assert calls == expected, operation


def test_acquire_of_expired_lock_is_one_call_after_the_limit(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)

    with calls_of("acquire, expired") as calls:
        assert bob.acquires(appointment).status == 200

    assert calls == [RATE_LIMIT, "UpdateItem"]


def test_save_is_one_transaction(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)

    with calls_of("save") as calls:
        assert alice.saves(appointment, 1, title="x").status == 200

    assert calls == ["TransactWriteItems"]


@pytest.mark.parametrize("fault", ["lock lost", "version mismatch"])
def test_refused_save_is_one_transaction(alice: Member, appointment: str, fault: str) -> None:
    alice.acquires(appointment)
    version = 1
    if fault == "lock lost":
        alice.lock_id = "another"
    else:
        version = 7

    with calls_of(f"save refused, {fault}") as calls:
        assert alice.saves(appointment, version, title="x").status == 409

    assert calls == ["TransactWriteItems"]


def test_cancel_and_restore_calls_include_time_allocation(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)

    with calls_of("cancel") as calls:
        assert alice.cancels(appointment, 1).status == 200
    assert calls == ["GetItem", "TransactWriteItems"], "its cells are read first"

    with calls_of("restore a revision") as calls:
        assert alice.restores(appointment, 1, 2).status == 200
    assert calls == ["Query", "GetItem", "Query", "TransactWriteItems"], "restoring reads what it allocates"

    with calls_of("revisions") as calls:
        assert alice.revisions(appointment).status == 200
    assert calls == ["Query"]


def test_first_draft_is_two_calls_and_updates_are_one(alice: Member, appointment: str) -> None:
    with calls_of("keep a draft, the first text") as calls:
        assert alice.keeps_draft(appointment, 1, title="K").status == 200
    assert calls == ["UpdateItem", "TransactWriteItems"]

    with calls_of("keep a draft") as calls:
        assert alice.keeps_draft(appointment, 1, title="Kn").status == 200
    assert calls == ["UpdateItem"]


def test_draft_comparison_is_two_calls_or_three(alice: Member, bob: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1, title="Kn")
    with calls_of("draft") as calls:
        assert alice.draft(appointment).status == 200
    assert calls == ["GetItem", "GetItem"]

    bob.acquires(appointment)
    bob.saves(appointment, 1, title="x")
    with calls_of("draft, upon an older version") as calls:
        assert alice.draft(appointment).status == 200
    assert calls == ["GetItem", "GetItem", "Query"]

    with calls_of("discard a draft") as calls:
        assert alice.discards_draft(appointment).status == 200
    assert calls == ["DeleteItem"]


def test_reads_are_one_call(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    for operation, path in {
        "lock status": f"/appointments/{appointment}/lock-status",
        "read": f"/appointments/{appointment}",
        "list": "/appointments",
    }.items():
        with calls_of(operation) as calls:
            assert alice.get(path).status == 200
        assert len(calls) == 1, operation


def test_sign_in_is_two_calls(alice: Member) -> None:
    with calls_of("sign in") as calls:
        assert send("POST", "/auth/signin", {"email": alice.email, "password": PASSWORD}).status == 200
    assert calls == ["GetItem", "TransactGetItems"]


def test_live_connection_calls_are_counted(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    with calls_of("ticket and connect") as calls:
        socket = bob.connects()
    assert calls == ["PutItem", "DeleteItem", "PutItem", "GetItem", "Query", "Query"]

    with calls_of("subscribe, never locked") as calls:
        socket.subscribes(appointment)
    look = ["GetItem", "GetItem", "GetItem"]
    assert calls == ["GetItem", *look, "PutItem", *look, "Query"], "one write"

    with calls_of("ping") as calls:
        socket.exchanges({"action": "ping"})
    assert calls == [], "the owner of a connection never changes"

    alice.acquires(appointment)
    (change,) = stream.records()[-1:]
    with calls_of("fan-out of one change") as calls:
        stream.deliver([change])
    assert calls == ["Query", "GetItem", "GetItem"], "the audience, and the new holder's account and tab"


def test_disconnect_updates_locks_first(alice: Member, appointment: str) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)
    alice.acquires(appointment)

    with calls_of("disconnect, holding a lock") as calls:
        socket.closes()

    row, topics, forget, others = "GetItem", "Query", "DeleteItem", "Query"
    left, held, lock, grace, still = "PutItem", "Query", "GetItem", "PutItem", "Query"
    unsubscribe, audience = "DeleteItem", "Query"
    assert calls == [row, topics, forget, others, left, held, lock, grace, still, unsubscribe, audience]
