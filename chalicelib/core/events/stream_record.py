"""Records of the table's stream, parsed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import Key
from chalicelib.core.events.batch import PoisonRecord


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One change of an item.

    `old` is None if the item is new, `new` if it was removed. `key` has the type of the item, such as `LockKey`.
    `event_id` stays the same when the record is redelivered.
    """

    key: Key
    old: Image | None
    new: Image | None
    sequence_number: str
    event_id: str
    at: datetime

    @classmethod
    def parse(cls, record: Mapping[str, Any]) -> Self:
        """Parse a record as Lambda delivers it.

        The images are decoded by the stores of their items.

        Raises:
            PoisonRecord: it is not a record of the table's stream.
        """
        try:
            change = record["dynamodb"]
            place = change["Keys"]
            return cls(
                key=keys.parse(place["pk"]["S"], place["sk"]["S"]),
                old=change.get("OldImage"),
                new=change.get("NewImage"),
                sequence_number=change["SequenceNumber"],
                event_id=record["eventID"],
                at=datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC),
            )
        except (KeyError, TypeError, ValueError) as fault:
            raise PoisonRecord("not a record of the table's stream") from fault
