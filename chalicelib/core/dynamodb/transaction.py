"""Transactions in which each action carries its own refusal.

    transaction = Transaction()
    transaction.put(account, unless_exists=True, refused=EmailExists)
    transaction.put(slug, unless_exists=True, refused=SlugExists)
    transaction.commit()

When several conditions fail, the refusal of the action that was added first is raised.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.core.clock import new_id
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.dynamodb.item import Image, Item
from chalicelib.core.dynamodb.keys import Key
from chalicelib.core.dynamodb.retries import TransactionRefused, with_retries

# What to raise for a failed condition: an exception, or a function of the item that stood against it.
Refusal = Exception | Callable[[Image | None], Exception]
GroupRefusal = Callable[[list[Image | None]], Exception]


class _Kind(IntEnum):
    """The order in which PynamoDB sends the actions of a transaction."""

    CHECK, DELETE, PUT, UPDATE = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class _Action:
    kind: _Kind
    add_to: Callable[[TransactWrite], None]


class Group:
    """Actions of a transaction with one refusal in common."""

    def __init__(self, refused: GroupRefusal | None) -> None:
        self.actions: list[_Action] = []
        self.refused = refused

    def check(self, model: type[Item], key: Key, condition: Condition) -> None:
        """Require a condition of an item that the transaction does not write."""
        partition, sort = key.partition, key.sort
        self._add(_Kind.CHECK, lambda write: write.condition_check(model, partition, sort, condition))

    def delete(self, item: Item) -> None:
        """Delete an item, which need not exist."""
        self._add(_Kind.DELETE, lambda write: write.delete(item))

    def put(self, item: Item, *, unless_exists: bool = False) -> None:
        """Write an item; with `unless_exists` only where there is none with its key."""
        condition = type(item).pk.does_not_exist() if unless_exists else None
        self._add(_Kind.PUT, lambda write: write.save(item, condition))

    def update(self, item: Item, actions: Sequence[Action], condition: Condition | None = None) -> None:
        """Update attributes of an item; without a condition it need not exist."""
        self._add(_Kind.UPDATE, lambda write: write.update(item, list(actions), condition))

    def _add(self, kind: _Kind, add_to: Callable[[TransactWrite], None]) -> None:
        self.actions.append(_Action(kind, add_to))


class Transaction:
    """One `TransactWriteItems` call: all of its actions happen, or none.

    `refused` is an exception, its class, or a function that makes one of the item that stood against a condition:
    an image in DynamoDB's own JSON, None where there was no item. The function runs after the transaction was
    cancelled and may read. A failed condition without `refused` raises `TransactionRefused`.
    """

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._pause = sleep
        self._groups: list[Group] = []

    def check(self, model: type[Item], key: Key, condition: Condition, *, refused: Refusal) -> None:
        """Require a condition of an item that the transaction does not write."""
        self._group_of_one(refused).check(model, key, condition)

    def delete(self, item: Item) -> None:
        """Delete an item, which need not exist."""
        self._group_of_one(None).delete(item)

    def put(self, item: Item, *, unless_exists: bool = False, refused: Refusal | None = None) -> None:
        """Write an item; with `unless_exists` only where there is none with its key."""
        self._group_of_one(refused).put(item, unless_exists=unless_exists)

    def update(
        self,
        item: Item,
        actions: Sequence[Action],
        condition: Condition | None = None,
        *,
        refused: Refusal | None = None,
    ) -> None:
        """Update attributes of an item; without a condition it need not exist."""
        self._group_of_one(refused).update(item, actions, condition)

    def group(self, *, refused: GroupRefusal) -> Group:
        """Begin a group of actions with one refusal; it ranks where the group begins.

        `refused` gets one image for each action, in the order in which these were added: None where the
        condition held.
        """
        return self._new_group(refused)

    def commit(self) -> None:
        """Execute the transaction, again while another one is in its way.

        All attempts carry one client token, which DynamoDB remembers for ten minutes: an attempt with a
        lost response counts as done, and is not refused because of what it wrote itself.

        Raises:
            Unavailable: an item stayed busy for about a second.
            TransactionRefused: a condition without `refused` did not hold.
        """
        # A stable sort: actions of one kind stay in the order in which they were added.
        sent = sorted((action for group in self._groups for action in group.actions), key=lambda one: one.kind)
        token = new_id()

        def write() -> None:
            with TransactWrite(connection=connection, client_request_token=token) as transaction:
                for action in sent:
                    action.add_to(transaction)

        try:
            with_retries(write, sleep=self._pause)
        except TransactionRefused as refusal:
            images = {sent[position]: image for position, image in refusal.images.items()}
            raise self._first_refusal(images) or refusal from None

    def _first_refusal(self, images: dict[_Action, Image | None]) -> Exception | None:
        group = next(group for group in self._groups if not images.keys().isdisjoint(group.actions))
        return group.refused and group.refused([images.get(action) for action in group.actions])

    def _group_of_one(self, refused: Refusal | None) -> Group:
        return self._new_group(None if refused is None else lambda images: _exception(refused, *images))

    def _new_group(self, refused: GroupRefusal | None) -> Group:
        group = Group(refused)
        self._groups.append(group)
        return group


def _exception(refused: Refusal, image: Image | None) -> Exception:
    if isinstance(refused, Exception):
        return refused
    return refused() if isinstance(refused, type) else refused(image)
