"""Permissions: the stack refuses what IAM refuses, so that the other tests prove each role."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.configuration import DEMO_SENDER
from tests.e2e.account import Account
from tests.stack import Stack

REFUSED = {400, 403}
SENDERS = ["APIHandler", "OnChange", "OnFanout", "WebsocketConnect", "WebsocketDisconnect", "WebsocketMessage"]
MAIL = f"From: {DEMO_SENDER}\r\nTo: nobody@patients.test\r\nSubject: A test\r\n\r\nNothing.\r\n".encode()
KEY = {"pk": {"S": "NOBODY"}, "sk": {"S": "NOBODY"}}


def test_call_with_unknown_credentials_is_refused(stack: Stack) -> None:
    stranger = boto3.Session("nobody", "nothing", region_name="us-east-1")
    tables = stranger.client("dynamodb", endpoint_url=stack.aws)
    with pytest.raises(ClientError) as refusal:
        tables.list_tables()
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] in REFUSED


def test_role_allows_its_actions_and_no_others(account: Account) -> None:
    data = account.output("DataTableName")
    tables = account.in_role_of("WebsocketMessage").client("dynamodb")
    assert "Item" not in tables.get_item(TableName=data, Key=KEY)
    _is_denied(tables.delete_item, TableName=data, Key=KEY)
    _is_denied(tables.query, TableName=data, **_partition("pk"))


def test_role_is_limited_to_tables_and_indexes(account: Account) -> None:
    data, connections = account.output("DataTableName"), account.output("ConnectionsTableName")
    tables = account.in_role_of("OnChange").client("dynamodb")
    assert tables.query(TableName=connections, IndexName="gsi1", **_partition("gsi1pk"))["Count"] == 0
    _is_denied(tables.update_item, TableName=connections, Key=KEY)
    assert tables.query(TableName=data, IndexName="gsi2", **_partition("gsi2pk"))["Count"] == 0
    _is_denied(tables.query, TableName=data, **_partition("pk"))


def test_only_message_function_updates_subscriptions(account: Account) -> None:
    connections = account.output("ConnectionsTableName")
    messages = account.in_role_of("WebsocketMessage").client("dynamodb")
    with pytest.raises(messages.exceptions.ConditionalCheckFailedException):
        messages.update_item(TableName=connections, Key=KEY, ConditionExpression="attribute_exists(pk)")
    for function in ("APIHandler", "WebsocketConnect", "OnFanout"):
        tables = account.in_role_of(function).client("dynamodb")
        assert tables.query(TableName=connections, **_partition("pk"))["Count"] == 0
        _is_denied(tables.update_item, TableName=connections, Key=KEY)


@pytest.mark.parametrize("function", SENDERS)
def test_sending_function_may_post_and_close(function: str, account: Account) -> None:
    sockets = _sockets(account.in_role_of(function))
    for allowed in (lambda: sockets.delete_connection(ConnectionId="x"), lambda: _post(sockets)):
        with pytest.raises(sockets.exceptions.GoneException):
            allowed()
    _is_denied(sockets.get_connection, ConnectionId="x")


def test_only_functions_with_timers_send_to_their_queue(account: Account) -> None:
    queue = {"QueueUrl": account.output("LockTimersQueueUrl")}
    waiting = account.in_role_of("OnDeadline").client("sqs")
    assert waiting.get_queue_attributes(**queue)["ResponseMetadata"]["HTTPStatusCode"] == 200
    _is_denied(waiting.purge_queue, **queue)
    for function in ("Sweep", "OnHistory", "APIHandler"):
        _is_denied(account.in_role_of(function).client("sqs").send_message, **queue, MessageBody="{}")


def test_only_stream_function_sends_to_fanout_queue(account: Account) -> None:
    queue = {"QueueUrl": account.output("FanoutQueueUrl")}
    sending = account.in_role_of("OnFanout").client("sqs")
    assert sending.get_queue_attributes(**queue)["ResponseMetadata"]["HTTPStatusCode"] == 200
    message = {"MessageBody": "{}", "MessageGroupId": "nobody", "MessageDeduplicationId": "nobody"}
    for function in ("OnFanout", "OnHistory", "APIHandler"):
        _is_denied(account.in_role_of(function).client("sqs").send_message, **queue, **message)
    _is_denied(account.in_role_of("OnChange").client("sqs").receive_message, **queue)


def test_only_notification_function_sends_mail(account: Account) -> None:
    queue, mail = {"QueueUrl": account.output("NoticeQueueUrl")}, {"RawMessage": {"Data": MAIL}}
    sending = account.in_role_of("OnNotice")
    assert sending.client("sqs").get_queue_attributes(**queue)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert sending.client("ses").send_raw_email(**mail)["MessageId"]
    _is_denied(sending.client("ses").verify_email_identity, EmailAddress="anyone@patients.test")
    message = {"MessageBody": "{}", "MessageGroupId": "nobody", "MessageDeduplicationId": "nobody"}
    for function in ("OnNotice", "OnHistory", "APIHandler"):
        _is_denied(account.in_role_of(function).client("sqs").send_message, **queue, **message)
    for function in ("OnChange", "OnDeadline", "APIHandler"):
        _is_denied(account.in_role_of(function).client("ses").send_raw_email, **mail)


def test_other_function_may_not_post_or_close(account: Account) -> None:
    sockets = _sockets(account.in_role_of("OnHistory"))
    _is_denied(sockets.delete_connection, ConnectionId="x")
    _is_denied(sockets.post_to_connection, ConnectionId="x", Data=b"{}")


def _sockets(account: Account) -> Any:
    root = Account(account.stack)
    endpoint = f"{account.stack.aws}/_aws/execute-api/{root.output('WebsocketAPIId')}/ws"
    return account.client("apigatewaymanagementapi", endpoint_url=endpoint)


def _post(sockets: Any) -> None:
    sockets.post_to_connection(ConnectionId="x", Data=b"{}")


def _partition(name: str) -> dict[str, Any]:
    return {"KeyConditionExpression": f"{name} = :it", "ExpressionAttributeValues": {":it": {"S": "NOBODY"}}}


def _is_denied(call: Any, **arguments: Any) -> None:
    with pytest.raises(ClientError) as refusal:
        call(**arguments)
    assert "AccessDenied" in refusal.value.response["Error"]["Code"]
