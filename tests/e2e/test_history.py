"""The history, on the deployed whole: what the stream tells is written down, under the function's own role."""

import time
from typing import Any

from chalicelib.core.dynamodb import keys
from tests.app_client.member import Member
from tests.e2e.account import Account

Image = dict[str, Any]


def test_a_lock_and_the_attempt_at_it_are_written_down(account: Account, alice: Member, appointment: str) -> None:
    lock = alice.acquires(appointment)["lock"]
    told = [_told(image) for image in _images(account, appointment)]
    assert {record["dynamodb"]["Keys"]["sk"]["S"] for record in told} == {keys.LOCK, keys.LOCK_ATTEMPTS}

    assert account.invoke("OnHistory", {"Records": told}) == {"batchItemFailures": []}

    (entry,) = alice.get(f"/appointments/{appointment}/lock-history")["items"]
    assert (entry["action"], entry["version"]) == ("acquired", lock["version"])
    assert alice.get(f"/users/{alice.user_id}/lock-history")["items"][0] == entry
    assert alice.get(f"/appointments/{appointment}/lock-statistics")["attempts"] == 1
    alice.releases(appointment)


def _images(account: Account, appointment: str) -> list[Image]:
    """The items that taking this lock has written."""
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


def _told(image: Image) -> Image:
    """The record of the stream that tells of a new item; the function may have had it from there already."""
    place = {name: image[name] for name in ("pk", "sk")}
    change = {
        "ApproximateCreationDateTime": time.time(),
        "Keys": place,
        "NewImage": image,
        "SequenceNumber": "1",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    return {"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}
