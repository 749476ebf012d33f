"""Transactions: the refusal of a failed condition, whatever the order in which PynamoDB sends the actions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pynamodb.attributes import NumberAttribute

from chalicelib.core.clock import new_id
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import Key
from chalicelib.core.dynamodb.retries import TransactionRefused
from chalicelib.core.dynamodb.transaction import Group, Transaction
from chalicelib.core.http.errors import Unavailable

Kind = Literal["check", "put", "update", "group"]


class Note(DataItem):
    """An item of these tests."""

    number = NumberAttribute()


class Refused(Exception):
    """An action of a test was refused."""

    def __init__(self, name: object = None, image: Image | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.image = image


def key(name: str = "note") -> Key:
    return Key(f"TENANT#t1#{name}", "NOTE")


def stored(name: str = "note") -> float | None:
    """Read the number of a note, None if it is not there."""
    note = Note.read(key(name), consistent=True)
    return note.number if note else None


def write(name: str = "note", number: float = 1) -> None:
    Note.for_key(key(name), number=number).save()


@contextmanager
def answered(*responses: object) -> Iterator[list[dict[str, Any]]]:
    """Answer the next transactions by these responses, None for DynamoDB's own; yields what was sent."""
    left, sent = list(responses), list[dict[str, Any]]()

    def answer(params: dict[str, Any], **_: object) -> object:
        sent.append(params)
        return left.pop(0) if left else None

    name, events = "before-call.dynamodb.TransactWriteItems", connection.client.meta.events
    events.register(name, answer)
    try:
        yield sent
    finally:
        events.unregister(name, answer)


def cancelled(code: str) -> tuple[SimpleNamespace, dict[str, Any]]:
    """DynamoDB's response to a transaction with one action that was cancelled for a reason."""
    error = {"Code": "TransactionCanceledException", "Message": f"Transaction cancelled [{code}]"}
    return SimpleNamespace(status_code=400), {"Error": error, "CancellationReasons": [{"Code": code}]}


def test_transaction_writes_all_of_its_actions() -> None:
    for name in ("checked", "deleted", "updated"):
        write(name)
    transaction = Transaction()
    transaction.update(Note.for_key(key("updated")), [Note.number.set(2)])
    transaction.put(Note.for_key(key("put"), number=2))
    transaction.delete(Note.for_key(key("deleted")))
    transaction.check(Note, key("checked"), Note.number == 1, refused=Refused)
    transaction.commit()

    assert [stored(name) for name in ("checked", "deleted", "updated", "put")] == [1, None, 2, 2]


def test_refused_transaction_writes_nothing() -> None:
    transaction = Transaction()
    transaction.put(Note.for_key(key("put"), number=2))
    transaction.check(Note, key("missing"), Note.number == 1, refused=Refused)

    with pytest.raises(Refused):
        transaction.commit()

    assert stored("put") is None


def test_refusal_may_be_an_exception_class() -> None:
    write()
    transaction = Transaction()
    transaction.put(Note.for_key(key(), number=2), unless_exists=True, refused=Refused)

    with pytest.raises(Refused) as refused:
        transaction.commit()

    assert refused.value.image is None
    assert stored() == 1


def test_refusal_may_be_an_exception() -> None:
    write()
    refusal = Refused("the very one")
    transaction = Transaction()
    transaction.update(Note.for_key(key()), [Note.number.set(2)], Note.number == 7, refused=refusal)

    with pytest.raises(Refused) as refused:
        transaction.commit()

    assert refused.value is refusal


def test_refusal_function_gets_the_item_that_stood_against_it() -> None:
    write(number=5)
    transaction = Transaction()
    transaction.check(Note, key(), Note.number == 7, refused=lambda image: Refused("check", image))

    with pytest.raises(Refused) as refused:
        transaction.commit()

    assert refused.value.image == {"pk": {"S": key().partition}, "sk": {"S": "NOTE"}, "number": {"N": "5"}}


def test_refusal_function_gets_none_where_there_is_no_item() -> None:
    transaction = Transaction()
    transaction.check(Note, key(), Note.number == 7, refused=lambda image: Refused("check", image))

    with pytest.raises(Refused) as refused:
        transaction.commit()

    assert refused.value.image is None


def test_condition_without_refusal_is_reported_by_position() -> None:
    write()
    transaction = Transaction()
    transaction.put(Note.for_key(key("other"), number=1))
    transaction.put(Note.for_key(key(), number=2), unless_exists=True)

    with pytest.raises(TransactionRefused) as refused:
        transaction.commit()

    assert list(refused.value.images) == [1]


def test_group_gets_an_image_for_each_of_its_actions() -> None:
    write("first", 1)
    write("second", 2)
    write("third", 3)
    images: list[Image | None] = []

    def refused(found: list[Image | None]) -> Refused:
        images.extend(found)
        return Refused("group")

    transaction = Transaction()
    transaction.put(Note.for_key(key("before"), number=1))
    group = transaction.group(refused=refused)
    for number, name in enumerate(("first", "second", "third"), 1):
        group.update(Note.for_key(key(name)), [Note.number.set(9)], Note.number == (number if number == 2 else 0))
    transaction.update(Note.for_key(key("after")), [Note.number.set(1)])

    with pytest.raises(Refused):
        transaction.commit()

    assert [image and image["number"]["N"] for image in images] == ["1", None, "3"]


@dataclass(frozen=True)
class Action:
    """One action of a transaction, on a note of its own; `fails` says whether its condition does."""

    kind: Kind
    fails: bool


def add(transaction: Transaction, number: int, action: Action, prefix: str) -> None:
    """Add an action whose refusal has its number, a group as two updates of which the second fails."""
    name = f"{prefix}-{number}"
    condition = Note.number == (0 if action.fails else number)

    def refused(image: Image | None) -> Refused:
        return Refused(number, image)

    if action.kind != "put" or action.fails:
        write(name, number)
    match action.kind:
        case "check":
            transaction.check(Note, key(name), condition, refused=refused)
        case "put":
            transaction.put(Note.for_key(key(name), number=number), unless_exists=True, refused=refused)
        case "update":
            transaction.update(Note.for_key(key(name)), [Note.number.set(number)], condition, refused=refused)
        case "group":
            group: Group = transaction.group(refused=lambda images: Refused(number, images[-1]))
            group.update(Note.for_key(key(f"{name}-first")), [Note.number.set(number)])
            group.update(Note.for_key(key(name)), [Note.number.set(number)], condition)


ACTIONS = st.builds(Action, st.sampled_from(["check", "put", "update", "group"]), st.booleans())


@settings(max_examples=30)
@given(st.lists(ACTIONS, min_size=1, max_size=6))
def test_first_refusal_in_the_order_of_adding_is_raised(actions: Sequence[Action]) -> None:
    prefix, transaction = new_id(), Transaction()
    for number, action in enumerate(actions, 1):
        add(transaction, number, action, prefix)
    failing = [number for number, action in enumerate(actions, 1) if action.fails]

    if not failing:
        transaction.commit()
        return
    with pytest.raises(Refused) as refused:
        transaction.commit()
    assert refused.value.name == failing[0]
    assert refused.value.image
    assert refused.value.image["pk"]["S"] == key(f"{prefix}-{failing[0]}").partition


def test_busy_transaction_is_retried_under_one_token() -> None:
    pauses: list[float] = []
    transaction = Transaction(sleep=pauses.append)
    transaction.put(Note.for_key(key(), number=1))

    with answered(cancelled("TransactionConflict"), cancelled("ThrottlingError")) as sent:
        transaction.commit()

    assert stored() == 1
    assert (len(sent), len(pauses)) == (3, 2)
    tokens = {request["body"].decode().partition('"ClientRequestToken": "')[2][:36] for request in sent}
    assert len(tokens) == 1
    assert tokens != {""}


def test_two_transactions_have_two_tokens() -> None:
    with answered() as sent:
        for _ in range(2):
            transaction = Transaction()
            transaction.put(Note.for_key(key(), number=1))
            transaction.commit()

    assert sent[0]["body"] != sent[1]["body"]


def test_transaction_that_stays_busy_is_unavailable() -> None:
    transaction = Transaction(sleep=lambda seconds: None)  # noqa: ARG005 - no test sleeps
    transaction.put(Note.for_key(key(), number=1))

    with answered(*[cancelled("TransactionConflict")] * 100) as sent, pytest.raises(Unavailable):
        transaction.commit()

    assert 5 <= len(sent) <= 20
    assert stored() is None
