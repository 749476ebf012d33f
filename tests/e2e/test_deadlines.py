"""Deadlines: delayed messages and the sweep, each function under its own role."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from tests.app_client.member import Member
from tests.app_client.socket import Frame, Socket
from tests.e2e.account import Account

# The promise for announcements.
MAX_DELAY = timedelta(seconds=2)
LONG_AGO = timedelta(minutes=1)


def test_lock_of_closed_tab_expires_after_the_grace(alice: Member, bob: Member, appointment: str) -> None:
    with bob.watches(appointment) as socket:
        with alice.watches(appointment):
            alice.acquires(appointment)
        dropped = _expects_cause(socket, "lock-update", "disconnected")
        ended = _expects_cause(socket, "lock-released", "expired")
        received_at = datetime.now(UTC)
    deadline = datetime.fromisoformat(dropped["lock"]["expiresAt"])
    assert deadline <= datetime.fromisoformat(ended["at"])
    assert received_at - deadline < MAX_DELAY
    assert bob.acquires(appointment).status == 200


def test_tab_returning_within_the_grace_keeps_its_lease(alice: Member, bob: Member, appointment: str) -> None:
    with bob.watches(appointment) as socket:
        with alice.watches(appointment):
            lock = alice.acquires(appointment)["lock"]
        dropped = _expects_cause(socket, "lock-update", "disconnected")
        with alice.watches(appointment):
            restored = _expects_cause(socket, "lock-update", "reconnected")
            assert dropped["lock"]["expiresAt"] < lock["expiresAt"] == restored["lock"]["expiresAt"]
            assert alice.releases(appointment).status == 200


def test_sweep_expires_lock_whose_message_was_lost(
    account: Account, alice: Member, bob: Member, appointment: str
) -> None:
    with bob.watches(appointment) as socket, _without_messages(account):
        alice.acquires(appointment)
        socket.expects("lock-acquired")
        _set_lease_end(account, alice, appointment, datetime.now(UTC) - LONG_AGO)
        account.invoke("Sweep", _every_minute())
        _expects_cause(socket, "lock-released", "expired")
    assert bob.acquires(appointment).status == 200


def test_early_deadline_message_is_sent_again(account: Account, alice: Member, appointment: str) -> None:
    """The function sends an early message to its own queue again."""
    lock = alice.acquires(appointment)["lock"]
    with _without_messages(account):  # or it would take other locks' messages meanwhile
        waiting = _queued(account)
        answer = account.invoke("OnDeadline", _messages(_timer(alice, appointment, lock["lockId"])))
        assert answer == {"batchItemFailures": []}
        assert _queued(account) > waiting
    alice.releases(appointment)


def test_unreadable_deadline_message_blocks_no_other(account: Account, alice: Member, appointment: str) -> None:
    lock = alice.acquires(appointment)["lock"]
    good = _timer(alice, appointment, lock["lockId"])
    answer = account.invoke("OnDeadline", _messages("rubbish", good))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    alice.releases(appointment)


def test_failing_deadline_message_goes_to_dead_letter_queue(account: Account) -> None:
    queues = account.client("sqs")
    with _immediate_retries(account):
        queues.send_message(QueueUrl=account.output("LockTimersQueueUrl"), MessageBody="rubbish")
        dead_letters = account.output("LockTimersDeadLetterQueueUrl")
        (letter,) = queues.receive_message(QueueUrl=dead_letters, WaitTimeSeconds=20)["Messages"]
    assert letter["Body"] == "rubbish"
    queues.delete_message(QueueUrl=dead_letters, ReceiptHandle=letter["ReceiptHandle"])


def _expects_cause(socket: Socket, kind: str, cause: str) -> Frame:
    frame = socket.expects(kind)
    while frame["cause"] != cause:
        frame = socket.expects(kind)
    return frame


@contextmanager
def _without_messages(account: Account) -> Iterator[None]:
    """Stop the delivery of messages inside the block."""
    functions = account.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName=account.name("OnDeadline"))[
        "EventSourceMappings"
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


@contextmanager
def _immediate_retries(account: Account) -> Iterator[None]:
    """Retry failed messages at once inside the block."""
    queues, queue, name = account.client("sqs"), account.output("LockTimersQueueUrl"), "VisibilityTimeout"
    before = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"]
    queues.set_queue_attributes(QueueUrl=queue, Attributes={name: "0"})
    try:
        yield
    finally:
        queues.set_queue_attributes(QueueUrl=queue, Attributes=before)


def _set_lease_end(account: Account, holder: Member, appointment: str, end: datetime) -> None:
    """Set the end of a lease."""
    account.resource("dynamodb").Table(account.output("DataTableName")).update_item(
        Key={"pk": keys.AppointmentKey(holder.tenant_id, appointment).partition, "sk": keys.LOCK},
        UpdateExpression="SET expiresAt = :end, gsi1sk = :due",
        ExpressionAttributeValues={":end": to_ms(end), ":due": keys.deadline_sort_key(to_ms(end))},
    )


def _timer(holder: Member, appointment: str, lock_id: str) -> str:
    """Return the body of a lease's deadline message."""
    timer = {"tenantId": holder.tenant_id, "appointmentId": appointment, "dueAt": 0, "lockId": lock_id}
    return json.dumps(timer)


def _messages(*bodies: str) -> dict[str, Any]:
    records = [
        {"messageId": str(number), "eventSource": "aws:sqs", "body": body} for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def _queued(account: Account) -> int:
    """Return how many messages are delayed, waiting or in flight."""
    names = [f"ApproximateNumberOfMessages{state}" for state in ("", "Delayed", "NotVisible")]
    queue = account.output("LockTimersQueueUrl")
    attributes = account.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def _every_minute() -> dict[str, Any]:
    fields = dict.fromkeys(("version", "account", "region", "source", "time", "id", "detail-type"), "")
    return {**fields, "detail": {}, "resources": []}
