"""The function that writes the audit history, and its deliveries."""

from typing import Any

import app
from chalicelib.core.dynamodb import keys
from tests.app_client.member import Member
from tests.app_client.stream import Stream

DELIVERED_KEYS = {keys.LOCK, keys.LOCK_ATTEMPTS}
Record = dict[str, Any]
Entry = dict[str, Any]


class HistoryWriter:
    """Delivers the stream's records of locks and attempts."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._seen = 0

    def records(self) -> list[Record]:
        """Every record that the function's filter lets through.

        Moto writes two records for an item that an update creates, the first with its key alone; DynamoDB one.
        """
        followed = [one for one in self._stream.records() if one["dynamodb"]["Keys"]["sk"]["S"] in DELIVERED_KEYS]
        return [one for one in followed if one["dynamodb"].get("NewImage", {}).keys() != {"pk", "sk"}]

    def pump(self) -> list[dict[str, str]]:
        """Deliver new records. Returns the failures that the function reports."""
        records = self.records()[self._seen :]
        self._seen += len(records)
        return self.deliver(records)

    def redeliver_all(self, times: int = 2) -> list[dict[str, str]]:
        """Deliver all records so often, newest first, each in a batch of its own."""
        records = self.records()[::-1] * times
        return [failure for record in records for failure in self.deliver([record])]

    def deliver(self, records: list[Record]) -> list[dict[str, str]]:
        """Deliver these records, perhaps again."""
        answer = app.on_history({"Records": records}, None) if records else {"batchItemFailures": []}
        failures: list[dict[str, str]] = answer["batchItemFailures"]
        return failures


def history(member: Member, appointment: str, query: str = "") -> list[Entry]:
    """Return an appointment's history, newest first."""
    answer = member.get(f"/appointments/{appointment}/lock-history?{query}")
    assert answer.status == 200, answer.body
    items: list[Entry] = answer["items"]
    return items


def actions_and_names(entries: list[Entry]) -> list[tuple[str, str]]:
    """Return the action and member of each entry, oldest first."""
    return [(entry["action"], entry["userName"]) for entry in reversed(entries)]


def statistics(member: Member, appointment: str) -> dict[str, Any]:
    """Return an appointment's lock statistics."""
    answer = member.get(f"/appointments/{appointment}/lock-statistics")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found
