"""Records of the table's stream, as Lambda delivers them."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.dynamodb.keys import Key, LockKey
from chalicelib.core.events.batch import PoisonRecord
from chalicelib.core.events.stream_record import StreamRecord

RECORD: dict[str, Any] = {
    "eventID": "c4ca4238a0b923820dcc509a6f75849b",
    "eventName": "MODIFY",
    "eventSource": "aws:dynamodb",
    "dynamodb": {
        "ApproximateCreationDateTime": 1769850000.25,
        "Keys": {"pk": {"S": "TENANT#t1#APPOINTMENT#a1"}, "sk": {"S": "LOCK"}},
        "NewImage": {"version": {"N": "2"}},
        "OldImage": {"version": {"N": "1"}},
        "SequenceNumber": "111",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    },
}


def changed(**change: Any) -> dict[str, Any]:
    """Copy the record with these parts of its change replaced, or left out where they are None."""
    record = deepcopy(RECORD)
    record["dynamodb"] = {name: part for name, part in (record["dynamodb"] | change).items() if part is not None}
    return record


def test_record_is_parsed_whole() -> None:
    assert StreamRecord.parse(RECORD) == StreamRecord(
        key=LockKey("t1", "a1"),
        old={"version": {"N": "1"}},
        new={"version": {"N": "2"}},
        sequence_number="111",
        event_id="c4ca4238a0b923820dcc509a6f75849b",
        at=datetime(2026, 1, 31, 9, 0, 0, 250000, tzinfo=UTC),
    )


def test_record_key_has_the_type_of_its_item() -> None:
    key = StreamRecord.parse(RECORD).key

    assert isinstance(key, LockKey)
    assert (key.tenant_id, key.appointment_id) == ("t1", "a1")


def test_record_of_another_item_has_a_plain_key() -> None:
    place = {"pk": {"S": "TENANT#t1"}, "sk": {"S": "TENANT"}}

    assert StreamRecord.parse(changed(Keys=place)).key == Key("TENANT#t1", "TENANT")


def test_record_of_a_new_item_has_no_old_image() -> None:
    assert StreamRecord.parse(changed(OldImage=None)).old is None


def test_record_of_a_removed_item_has_no_new_image() -> None:
    assert StreamRecord.parse(changed(NewImage=None)).new is None


@pytest.mark.parametrize(
    "malformed",
    [
        {},
        {"eventID": "1"},
        {"eventID": "1", "dynamodb": None},
        {**RECORD, "eventID": None} | {"dynamodb": {}},
        changed(Keys=None),
        changed(Keys={}),
        changed(Keys={"pk": {"S": "TENANT#t1"}}),
        changed(Keys={"pk": {"N": "1"}, "sk": {"S": "LOCK"}}),
        changed(Keys={"pk": {"S": "TENANT#t1#APPOINTMENT#a 1"}, "sk": {"S": "LOCK"}}),
        changed(SequenceNumber=None),
        changed(ApproximateCreationDateTime=None),
        changed(ApproximateCreationDateTime="yesterday"),
    ],
)
def test_malformed_record_is_unreadable(malformed: dict[str, Any]) -> None:
    with pytest.raises(PoisonRecord):
        StreamRecord.parse(malformed)
