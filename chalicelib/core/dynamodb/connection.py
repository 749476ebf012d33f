"""The one client of DynamoDB that all models share; a refused write brings the item that stood against it."""

from contextlib import suppress
from typing import Any

from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable


class _SharedConnection(Connection):
    """The connection that all models share, because a client costs more to make than a request to answer."""

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
        """Nobody reads what a call consumed, so PynamoDB is kept from asking for it each time."""
        return {}

    def add_meta_table(self, meta_table: MetaTable) -> None:
        """Know a table. Several threads may do so in the moment in which each first meets it."""
        with suppress(ValueError):  # PynamoDB's word for a table that is known
            super().add_meta_table(meta_table)

    def open(self) -> None:
        """Make the client now, while a function starts and has a whole processor to itself."""
        self.client  # noqa: B018 - made by looking at it


def _request_old_item(params: dict[str, Any], **_: object) -> None:
    params.setdefault("ReturnValuesOnConditionCheckFailure", "ALL_OLD")


def _request_old_items(params: dict[str, Any], **_: object) -> None:
    for action in params["TransactItems"]:
        for operation in action.values():
            operation.setdefault("ReturnValuesOnConditionCheckFailure", "ALL_OLD")


connection = _SharedConnection(max_retry_attempts=3, connect_timeout_seconds=3, read_timeout_seconds=5)
