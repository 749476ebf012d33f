"""The audit history, written from the stream under the function's own role."""

import time
from typing import Any

from chalicelib.core.dynamodb import keys
from tests.app_client.member import Member
from tests.e2e.account import Account

Image = dict[str, Any]


def test_lock_and_attempt_are_in_the_history(account: Account, alice: Member, appointment: str) -> None:
    lock = alice.acquires(appointment)["lock"]
    records = [_record(image) for image in _images(account, appointment)]
    assert {record["dynamodb"]["Keys"]["sk"]["S"] for record in records} == {keys.LOCK, keys.LOCK_ATTEMPTS}

    assert account.invoke("OnHistory", {"Records": records}) == {"batchItemFailures": []}

    (entry,) = alice.get(f"/appointments/{appointment}/lock-history")["items"]
    assert (entry["action"], entry["version"]) == ("acquired", lock["version"])
    assert alice.get(f"/users/{alice.member_id}/lock-history")["items"][0] == entry
    assert alice.get(f"/appointments/{appointment}/lock-statistics")["attempts"] == 1
    alice.releases(appointment)


def _images(account: Account, appointment: str) -> list[Image]:
    """Return the items that acquiring this lock wrote."""
    found: list[Image] = account.client("dynamodb").scan(
        TableName=account.output("DataTableName"),
        FilterExpression="sk = :attempts AND appointmentId = :id OR sk = :lock AND contains(pk, :id)",
        ExpressionAttributeValues={
            ":attempts": {"S": keys.LOCK_ATTEMPTS},
            ":lock": {"S": keys.LOCK},
            ":id": {"S": appointment},
        },
        ConsistentRead=True,
    )["Items"]
    return found


def _record(image: Image) -> Image:
    """Return a stream record of a new item; the function may have received the original already."""
    place = {name: image[name] for name in ("pk", "sk")}
    change = {
        "ApproximateCreationDateTime": time.time(),
        "Keys": place,
        "NewImage": image,
        "SequenceNumber": "1",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    return {"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}
