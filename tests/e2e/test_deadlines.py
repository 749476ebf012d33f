"""What falls due, on the deployed whole: delayed messages, the sweep, and each function under its own role."""

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

# What is promised of an announcement.
MOST_LATE = timedelta(seconds=2)
LONG_AGO = timedelta(minutes=1)


def test_a_closed_tab_loses_its_lock_when_the_grace_ends(alice: Member, bob: Member, appointment: str) -> None:
    with bob.watches(appointment) as socket:
        with alice.watches(appointment):
            alice.acquires(appointment)
        dropped = _told(socket, "lock-update", "disconnected")
        ended = _told(socket, "lock-released", "expired")
        heard_at = datetime.now(UTC)
    deadline = datetime.fromisoformat(dropped["lock"]["expiresAt"])
    assert deadline <= datetime.fromisoformat(ended["at"])
    assert heard_at - deadline < MOST_LATE
    assert bob.acquires(appointment).status == 200


def test_a_tab_that_comes_back_within_the_grace_has_its_lease_again(
    alice: Member, bob: Member, appointment: str
) -> None:
    with bob.watches(appointment) as socket:
        with alice.watches(appointment):
            lock = alice.acquires(appointment)["lock"]
        dropped = _told(socket, "lock-update", "disconnected")
        with alice.watches(appointment):
            restored = _told(socket, "lock-update", "reconnected")
            assert dropped["lock"]["expiresAt"] < lock["expiresAt"] == restored["lock"]["expiresAt"]
            assert alice.releases(appointment).status == 200


def test_what_its_message_did_not_bring_the_sweep_does(
    account: Account, alice: Member, bob: Member, appointment: str
) -> None:
    with bob.watches(appointment) as socket, _without_messages(account):
        alice.acquires(appointment)
        socket.expects("lock-acquired")
        _let_it_end(account, alice, appointment, datetime.now(UTC) - LONG_AGO)
        account.invoke("Sweep", _every_minute())
        _told(socket, "lock-released", "expired")
    assert bob.acquires(appointment).status == 200


def test_a_message_of_a_lock_that_was_renewed_is_sent_again(
    account: Account, alice: Member, appointment: str
) -> None:
    """The chain: the function puts what is not due yet back into its own queue."""
    lock = alice.acquires(appointment)["lock"]
    with _without_messages(account):  # other locks' messages would be taken away meanwhile
        waiting = _queued(account)
        answer = account.invoke("OnDeadline", _messages(_timer(alice, appointment, lock["lockId"])))
        assert answer == {"batchItemFailures": []}
        assert _queued(account) > waiting
    alice.releases(appointment)


def test_a_message_that_cannot_be_read_holds_up_no_other(
    account: Account, alice: Member, appointment: str
) -> None:
    lock = alice.acquires(appointment)["lock"]
    good = _timer(alice, appointment, lock["lockId"])
    answer = account.invoke("OnDeadline", _messages("rubbish", good))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    alice.releases(appointment)


def test_a_message_that_always_fails_is_put_aside(account: Account) -> None:
    queues = account.client("sqs")
    with _brought_again_at_once(account):
        queues.send_message(QueueUrl=account.output("LockTimersQueueUrl"), MessageBody="rubbish")
        letters = account.output("LockTimersDeadLetterQueueUrl")
        (letter,) = queues.receive_message(QueueUrl=letters, WaitTimeSeconds=20)["Messages"]
    assert letter["Body"] == "rubbish"
    queues.delete_message(QueueUrl=letters, ReceiptHandle=letter["ReceiptHandle"])


def _told(socket: Socket, kind: str, cause: str) -> Frame:
    frame = socket.expects(kind)
    while frame["cause"] != cause:
        frame = socket.expects(kind)
    return frame


@contextmanager
def _without_messages(account: Account) -> Iterator[None]:
    """As if every message were lost, as long as the context lasts."""
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
def _brought_again_at_once(account: Account) -> Iterator[None]:
    """What failed is not kept back for three minutes, as long as the context lasts."""
    queues, queue, name = account.client("sqs"), account.output("LockTimersQueueUrl"), "VisibilityTimeout"
    before = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"]
    queues.set_queue_attributes(QueueUrl=queue, Attributes={name: "0"})
    try:
        yield
    finally:
        queues.set_queue_attributes(QueueUrl=queue, Attributes=before)


def _let_it_end(account: Account, holder: Member, appointment: str, end: datetime) -> None:
    """Set a lease's end without waiting for it."""
    account.resource("dynamodb").Table(account.output("DataTableName")).update_item(
        Key={"pk": keys.AppointmentKey(holder.tenant_id, appointment).partition, "sk": keys.LOCK},
        UpdateExpression="SET expiresAt = :end, gsi1sk = :due",
        ExpressionAttributeValues={":end": to_ms(end), ":due": keys.deadline_sort_key(to_ms(end))},
    )


def _timer(holder: Member, appointment: str, lock_id: str) -> str:
    """The body of the message that a lease sends, come too early."""
    timer = {"tenantId": holder.tenant_id, "appointmentId": appointment, "dueAt": 0, "lockId": lock_id}
    return json.dumps(timer)


def _messages(*bodies: str) -> dict[str, Any]:
    records = [
        {"messageId": str(number), "eventSource": "aws:sqs", "body": body} for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def _queued(account: Account) -> int:
    """How many messages wait for their time, for somebody to take them, or are being served."""
    names = [f"ApproximateNumberOfMessages{state}" for state in ("", "Delayed", "NotVisible")]
    queue = account.output("LockTimersQueueUrl")
    told = account.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(told[name]) for name in names)


def _every_minute() -> dict[str, Any]:
    fields = dict.fromkeys(("version", "account", "region", "source", "time", "id", "detail-type"), "")
    return {**fields, "detail": {}, "resources": []}
