"""The DynamoDB client that all items share. A refused write returns the item that stood against its condition."""

from contextlib import suppress
from typing import Any

from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable


class _SharedConnection(Connection):
    """The connection of all items.

    Making a client takes longer than serving a request.
    """

    @property
    def client(self) -> Any:  # noqa: ANN401 - botocore's clients have no static type
        fresh = self._client is None
        client = super().client
        if fresh:
            client.meta.events.register("provide-client-params.dynamodb.UpdateItem", _request_old_item)
            client.meta.events.register("provide-client-params.dynamodb.PutItem", _request_old_item)
            client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", _request_old_items)
        return client

    def get_consumed_capacity_map(self, return_consumed_capacity: str) -> dict[str, str]:  # noqa: ARG002
        """Keep PynamoDB from requesting the consumed capacity, which nothing reads."""
        return {}

    def add_meta_table(self, meta_table: MetaTable) -> None:
        """Register a table, which several threads may do at once."""
        with suppress(ValueError):  # the table is registered already
            super().add_meta_table(meta_table)

    def open(self) -> None:
        """Create the client during the start of a function, which has a whole processor."""
        self.client  # noqa: B018 - the property creates it


def _request_old_item(params: dict[str, Any], **_: object) -> None:
    params.setdefault("ReturnValuesOnConditionCheckFailure", "ALL_OLD")


def _request_old_items(params: dict[str, Any], **_: object) -> None:
    for action in params["TransactItems"]:
        for operation in action.values():
            operation.setdefault("ReturnValuesOnConditionCheckFailure", "ALL_OLD")


connection = _SharedConnection(max_retry_attempts=3, connect_timeout_seconds=3, read_timeout_seconds=5)
