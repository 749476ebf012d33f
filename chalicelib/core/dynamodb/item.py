"""The base of every stored item, and the tables' indexes.

The tables themselves are described in the deployment template alone.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Self

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.exceptions import TableError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.settings import settings


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
    def update_returning(
        cls,
        hash_key: str,
        range_key: str,
        actions: list[Action],
        condition: Condition,
        *,
        returns: Literal["ALL_NEW", "ALL_OLD"] = "ALL_NEW",
    ) -> dict[str, Any]:
        """Update the item if the condition holds and return what it is now, or was before, in DynamoDB's own JSON;
        one call.
        """
        table = cls._get_connection()
        answer = table.update_item(
            hash_key, range_key, actions=actions, condition=condition, return_values=returns
        )
        image: dict[str, Any] = answer["Attributes"]
        return image

    def put_returning(self) -> dict[str, Any] | None:
        """Write the item and return the one that it replaces, in DynamoDB's own JSON; one call."""
        (key,), arguments = self._get_save_args()
        arguments["return_values"] = "ALL_OLD"
        answer = self._get_connection().put_item(key, **arguments)
        old: dict[str, Any] | None = answer.get("Attributes")
        return old

    def delete_returning(self, condition: Condition) -> dict[str, Any]:
        """Delete the item if the condition holds and return what it was, in DynamoDB's own JSON; one call."""
        keys = (self.pk, self.sk)
        old = self._get_connection().delete_item(*keys, condition=condition, return_values="ALL_OLD")
        image: dict[str, Any] = old["Attributes"]
        return image

    @classmethod
    def query_raw(
        cls,
        hash_key: str,
        attributes: Sequence[str],
        *,
        range_condition: Condition | None = None,
        consistent: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """These attributes of all items of a partition, or of a range of it, in DynamoDB's own JSON; one call for
        each megabyte.

        For many items at once: to make an object of each costs more than all the rest.
        """
        table, start = cls._get_connection(), None
        while True:
            page = table.query(
                hash_key,
                range_key_condition=range_condition,
                attributes_to_get=list(attributes),
                consistent_read=consistent,
                exclusive_start_key=start,
            )
            yield from page["Items"]
            start = page.get("LastEvaluatedKey")
            if not start:
                return

    @classmethod
    def from_image(cls, image: dict[str, Any]) -> "Self":
        """The item that a refusal or a stream record carries, given DynamoDB's own JSON."""
        return cls.from_raw_data(image)


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
