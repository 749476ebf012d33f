"""The base of every stored item: one DynamoDB client for all models, and refusals that bring the item.

The tables themselves are described in the deployment template alone.
"""

import random
import time
from collections.abc import Callable
from typing import Any, Self, TypeVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.exceptions import CancellationReason, PynamoDBException, TableError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.core.clock import new_id
from chalicelib.core.errors import Unavailable
from chalicelib.core.settings import settings

T = TypeVar("T")

CONDITION_FAILED = "ConditionalCheckFailed"
_BUSY = {
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionConflict",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_ATTEMPTS = 12


class _OneConnection(Connection):
    """The connection that all models share, because a client costs more to make than a request to answer."""

    @property
    def client(self) -> Any:  # noqa: ANN401 - botocore's clients have no static type
        fresh = self._client is None
        client = super().client
        if fresh:
            client.meta.events.register("provide-client-params.dynamodb.UpdateItem", _ask_for_item)
            client.meta.events.register("provide-client-params.dynamodb.PutItem", _ask_for_item)
            client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", _ask_for_items)
        return client

    def get_consumed_capacity_map(self, return_consumed_capacity: str) -> dict[str, str]:  # noqa: ARG002
        """Nobody reads what a call consumed, so PynamoDB is kept from asking for it each time."""
        return {}

    def open(self) -> None:
        """Make the client now, while a function starts and has a whole processor to itself."""
        self.client  # noqa: B018 - made by looking at it


def _ask_for_item(params: dict[str, Any], **_: object) -> None:
    params.setdefault("ReturnValuesOnConditionCheckFailure", "ALL_OLD")


def _ask_for_items(params: dict[str, Any], **_: object) -> None:
    for action in params["TransactItems"]:
        for operation in action.values():
            operation.setdefault("ReturnValuesOnConditionCheckFailure", "ALL_OLD")


connection = _OneConnection(max_retry_attempts=3, connect_timeout_seconds=3, read_timeout_seconds=5)


class Item(Model):
    """Base of every item; a subclass names its table in `Meta`. `ttl` is in seconds since the epoch."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    ttl = NumberAttribute(null=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        if table.connection is not connection:
            try:
                connection.get_meta_table(table.table_name)
            except TableError:
                connection.add_meta_table(table.get_meta_table())
            table.connection = connection
        return table

    @classmethod
    def read(cls, hash_key: str, range_key: str, *, consistent: bool = False) -> "Self | None":
        """The item with this key, or None."""
        try:
            return cls.get(hash_key, range_key, consistent_read=consistent)
        except cls.DoesNotExist:
            return None

    @classmethod
    def change(cls, hash_key: str, range_key: str, actions: list[Action], condition: Condition) -> dict[str, Any]:
        """Update the item if the condition holds and return what it is now, in DynamoDB's own JSON; one call."""
        table = cls._get_connection()
        new = table.update_item(hash_key, range_key, actions=actions, condition=condition, return_values="ALL_NEW")
        image: dict[str, Any] = new["Attributes"]
        return image

    def take(self, condition: Condition) -> dict[str, Any]:
        """Delete the item if the condition holds and return what it was, in DynamoDB's own JSON; one call."""
        keys = (self.pk, self.sk)
        old = self._get_connection().delete_item(*keys, condition=condition, return_values="ALL_OLD")
        image: dict[str, Any] = old["Attributes"]
        return image

    @classmethod
    def from_image(cls, image: dict[str, Any]) -> "Self":
        """The item that a refusal or a stream record carries, given DynamoDB's own JSON."""
        return cls.from_raw_data(image)


M = TypeVar("M", bound=Item)


class TimelineIndex(GlobalSecondaryIndex[Any]):
    """`gsi1` of the data table."""

    class Meta:
        index_name = "gsi1"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class MemberIndex(GlobalSecondaryIndex[Any]):
    """`gsi2` of the data table: what belongs to one member."""

    class Meta:
        index_name = "gsi2"
        projection = AllProjection()

    gsi2pk = UnicodeAttribute(hash_key=True)
    gsi2sk = UnicodeAttribute(range_key=True)


class DataItem(Item):
    """An item of the data table, whose every change goes to the stream."""

    class Meta:
        table_name = settings().table_name

    gsi1 = TimelineIndex()
    gsi2 = MemberIndex()


class ByConnectionIndex(GlobalSecondaryIndex[Any]):
    """`gsi1` of the connections table: what a connection is subscribed to."""

    class Meta:
        index_name = "gsi1"
        projection = KeysOnlyProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class ConnectionsItem(Item):
    """An item of the connections table: short-lived, and not on the stream."""

    class Meta:
        table_name = settings().connections_table_name

    gsi1 = ByConnectionIndex()


class ConditionFailed(Exception):
    """A condition did not hold. `images` has, per part of the write, the item that stood against it, or None;
    `failed` says which parts were refused.
    """

    def __init__(self, failed: list[bool], images: list[dict[str, Any] | None]) -> None:
        super().__init__("the condition of a write did not hold")
        self.failed = failed
        self.images = images


def conditionally(write: Callable[[], T], *, pause: Callable[[float], None] = time.sleep) -> T:
    """Run one conditional write, again while another transaction is in its way or the table is throttled.

    Raises:
        ConditionFailed: a condition did not hold.
        Unavailable: the item stayed busy for about a second.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return write()
        except PynamoDBException as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            if isinstance(refusal, ConditionFailed):
                raise refusal from None
        pause(random.uniform(0.0, min(0.2, 0.005 * 2**attempt)))  # noqa: S311 - jitter, not a secret
    raise Unavailable("This is in great demand at the moment; please try again.")


class Busy(Exception):
    """Another transaction held one of the items, or the table takes no more just now."""


def is_busy(error: Exception) -> bool:
    """Whether DynamoDB refused for want of capacity, or because a transaction was in the way."""
    return isinstance(error, PynamoDBException) and _code(error) in _BUSY


def _code(error: PynamoDBException) -> str | None:
    # PynamoDB's own property fails where there was no answer at all, such as when the connection was closed.
    response = getattr(error.cause, "response", None) or {}
    code: str | None = (response.get("Error") or {}).get("Code")
    return code


def _refusal(error: PynamoDBException) -> ConditionFailed | Busy | None:
    if isinstance(error, TransactWriteError):
        reasons = error.cancellation_reasons
        if any(reason and reason.code == CONDITION_FAILED for reason in reasons):
            return ConditionFailed([_is_refused(reason) for reason in reasons], [_image(r) for r in reasons])
        if any(reason and reason.code in _BUSY for reason in reasons):
            return Busy()
    elif _code(error) == "ConditionalCheckFailedException":
        return ConditionFailed([True], [_raw_item(error)])
    if is_busy(error):
        return Busy()
    return None


def _is_refused(reason: CancellationReason | None) -> bool:
    return reason is not None and reason.code == CONDITION_FAILED


def _image(reason: CancellationReason | None) -> dict[str, Any] | None:
    return reason.raw_item if reason else None


def _raw_item(error: PynamoDBException) -> dict[str, Any] | None:
    # PynamoDB keeps only the error's code; the item is in the botocore error that it was made from.
    response = getattr(error.cause.__cause__, "response", {}) if error.cause else {}
    item: dict[str, Any] | None = response.get("Item")
    return item


def transact(fill: Callable[[TransactWrite], None]) -> None:
    """Do a transaction, again while another is in its way. `fill` adds what it consists of, the same each time.

    All attempts carry one token. One that went through although its answer was lost is so told as done, and not as
    refused by what it wrote itself; DynamoDB remembers a token for ten minutes.

    Raises:
        ConditionFailed: a condition did not hold.
        Unavailable: an item stayed busy for about a second.
    """
    token = new_id()

    def write() -> None:
        with TransactWrite(connection=connection, client_request_token=token) as write:
            fill(write)

    conditionally(write)
