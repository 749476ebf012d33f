"""Frames to a big audience come through the queue and its function, in order."""

import time

from tests.app_client.member import Member
from tests.e2e.account import Account

MINUTE_MS = 60_000


def test_frames_to_split_audience_come_in_order(
    alice: Member, bob: Member, appointment: str, account: Account
) -> None:
    """The topic is marked as split, as by a big audience; the next delivery renews the mark."""
    with bob.watches(appointment) as socket:
        topic = _split(account, appointment, int(time.time() * 1000) + 10 * MINUTE_MS)
        alice.acquires(appointment)
        for _ in range(3):
            alice.renews(appointment)
        alice.releases(appointment)
        kinds = ["lock-acquired", "lock-update", "lock-update", "lock-update", "lock-released"]
        versions = [socket.expects(kind)["version"] for kind in kinds]
    assert versions == sorted(set(versions))
    assert _split_until(account, topic) > (time.time() * 1000) + 50 * MINUTE_MS


def _split(account: Account, appointment: str, until_ms: int) -> str:
    """Mark the topic of a followed appointment as split."""
    table = account.resource("dynamodb").Table(account.output("ConnectionsTableName"))
    (topic,) = {row["pk"] for row in table.scan()["Items"] if row["pk"].endswith(f"#APPOINTMENT#{appointment}")}
    table.put_item(Item={"pk": topic, "sk": "#SPLIT", "until": until_ms, "ttl": until_ms // 1000})
    return str(topic)


def _split_until(account: Account, topic: str) -> int:
    table = account.resource("dynamodb").Table(account.output("ConnectionsTableName"))
    return int(table.get_item(Key={"pk": topic, "sk": "#SPLIT"})["Item"]["until"])
