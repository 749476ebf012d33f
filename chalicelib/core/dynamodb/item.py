"""The base classes of all stored items, and the indexes of the tables.

The tables are defined in the deployment template.
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
from chalicelib.core.dynamodb.keys import Key
from chalicelib.core.settings import settings

# An item in DynamoDB's own JSON.
Image = dict[str, Any]


class Item(Model):
    """Base of every item; a subclass names its table in `Meta`.

    `ttl` is in seconds since the epoch.
    """

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
    def for_key(cls, key: Key, **attributes: Any) -> Self:  # noqa: ANN401 - as PynamoDB's own constructor
        """Make an item with this key."""
        return cls(key.partition, key.sort, **attributes)

    @classmethod
    def read(cls, key: Key, *, consistent: bool = False) -> Self | None:
        """Return the item with this key, or None; one call."""
        try:
            return cls.get(key.partition, key.sort, consistent_read=consistent)
        except cls.DoesNotExist:
            return None

    @classmethod
    def update_returning(
        cls,
        key: Key,
        actions: list[Action],
        condition: Condition,
        *,
        returns: Literal["ALL_NEW", "ALL_OLD"] = "ALL_NEW",
    ) -> Image:
        """Update the item if the condition holds and return its new or its old image.

        One call.
        """
        table = cls._get_connection()
        response = table.update_item(
            key.partition, key.sort, actions=actions, condition=condition, return_values=returns
        )
        image: Image = response["Attributes"]
        return image

    def put_returning(self) -> Image | None:
        """Write the item and return the image of the one that it replaces; one call."""
        (partition,), arguments = self._get_save_args()
        arguments["return_values"] = "ALL_OLD"
        response = self._get_connection().put_item(partition, **arguments)
        old: Image | None = response.get("Attributes")
        return old

    def delete_returning(self, condition: Condition) -> Image:
        """Delete the item if the condition holds and return its last image; one call."""
        response = self._get_connection().delete_item(
            self.pk, self.sk, condition=condition, return_values="ALL_OLD"
        )
        image: Image = response["Attributes"]
        return image

    @classmethod
    def query_raw(
        cls,
        partition: str,
        attributes: Sequence[str],
        *,
        range_condition: Condition | None = None,
        consistent: bool = False,
    ) -> Iterator[Image]:
        """Yield these attributes of all items of a partition, or of a range of it.

        One call for each megabyte. For many items at once: an object of each would cost more than all the rest.
        """
        table, start = cls._get_connection(), None
        while True:
            page = table.query(
                partition,
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
    def from_image(cls, image: Image) -> Self:
        """Return the item of an image from a refusal or a stream record."""
        return cls.from_raw_data(image)


class TimelineIndex(GlobalSecondaryIndex[Any]):
    """`gsi1` of the data table."""

    class Meta:
        index_name = "gsi1"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class MemberIndex(GlobalSecondaryIndex[Any]):
    """`gsi2` of the data table: the items of one member."""

    class Meta:
        index_name = "gsi2"
        projection = AllProjection()

    gsi2pk = UnicodeAttribute(hash_key=True)
    gsi2sk = UnicodeAttribute(range_key=True)


class DataItem(Item):
    """An item of the data table; each of its changes goes to the stream."""

    class Meta:
        table_name = settings().table_name

    gsi1 = TimelineIndex()
    gsi2 = MemberIndex()


class ByConnectionIndex(GlobalSecondaryIndex[Any]):
    """`gsi1` of the connections table: the subscriptions of one connection."""

    class Meta:
        index_name = "gsi1"
        projection = KeysOnlyProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class ConnectionsItem(Item):
    """A short-lived item of the connections table, which has no stream."""

    class Meta:
        table_name = settings().connections_table_name

    gsi1 = ByConnectionIndex()
