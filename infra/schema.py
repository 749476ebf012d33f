"""Tables of the template, for tests and tools that create their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from infra import template

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

_CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@dataclass(frozen=True)
class Table:
    """A table: `create_table` arguments without the name, and its TTL attribute."""

    logical_id: str
    arguments: dict[str, Any]
    ttl_attribute: str


@cache
def tables() -> tuple[Table, ...]:
    """Return every table of the template."""
    resources = template.load()["Resources"]
    return tuple(
        _table(logical_id, resource["Properties"])
        for logical_id, resource in resources.items()
        if resource.get("Type") == "AWS::DynamoDB::Table"
    )


def create_tables(client: "DynamoDBClient", names: Mapping[str, str]) -> None:
    """Create every table under its name, and wait until it is active.

    Names are given by logical id.
    """
    for table in tables():
        name = names[table.logical_id]
        client.create_table(TableName=name, **table.arguments)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        client.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"AttributeName": table.ttl_attribute, "Enabled": True},
        )


def _table(logical_id: str, properties: Mapping[str, Any]) -> Table:
    arguments = {name: properties[name] for name in _CREATE_TABLE}
    if "StreamSpecification" in properties:
        arguments["StreamSpecification"] = {**properties["StreamSpecification"], "StreamEnabled": True}
    return Table(logical_id, arguments, properties["TimeToLiveSpecification"]["AttributeName"])
