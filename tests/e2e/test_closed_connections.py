"""Connections without `$disconnect`: functions find them gone, and remove them under their own roles."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.app_client.member import Member
from tests.e2e.account import Account

Item = dict[str, Any]


@pytest.fixture
def connections(account: Account) -> Any:
    """Return the connections table."""
    return account.resource("dynamodb").Table(account.output("ConnectionsTableName"))


@pytest.fixture
def gone(connections: Any) -> Callable[[str], str]:
    """Copy a follower's rows to a connection that does not exist; return its id.

    `$disconnect` may never come: then only the rows of a connection are left.
    """

    def leave_behind(appointment: str) -> str:
        connection_id = f"closed-{uuid.uuid4().hex}"
        (subscription,) = (item for item in _all(connections) if item["pk"].endswith(appointment))
        real = subscription["sk"]
        for item in _of(connections, real):
            connections.put_item(Item=json.loads(json.dumps(item, default=int).replace(real, connection_id)))
        assert len(_of(connections, connection_id)) == 2
        return connection_id

    return leave_behind


def test_change_reaches_others_and_removes_gone_connection(
    alice: Member, bob: Member, appointment: str, gone: Callable[[str], str], connections: Any
) -> None:
    with bob.watches(appointment) as socket:
        closed = gone(appointment)
        version = alice.acquires(appointment)["lock"]["version"]
        assert socket.expects("lock-acquired")["version"] == version
        # The next change is delivered after the cleanup of this one.
        alice.acquires(appointment)
        alice.releases(appointment)
        socket.expects("lock-released")
        assert _of(connections, closed) == []
        assert len([item for item in _all(connections) if item["pk"].endswith(appointment)]) == 1


def test_response_to_gone_connection_removes_it(
    account: Account, bob: Member, appointment: str, gone: Callable[[str], str], connections: Any
) -> None:
    """The client is gone before the response."""
    with bob.watches(appointment) as socket:
        closed = gone(appointment)
        account.invoke("WebsocketMessage", _message(closed, action="ping"))
        assert _of(connections, closed) == []
        socket.sends({"action": "ping"})
        socket.expects("pong")


def _message(connection_id: str, **frame: object) -> Item:
    context = {"connectionId": connection_id, "apiId": "api", "stage": "ws", "domainName": "localhost"}
    return {"requestContext": context, "body": json.dumps(frame)}


def _all(connections: Any) -> list[Item]:
    items: list[Item] = connections.scan(ConsistentRead=True)["Items"]
    return items


def _of(connections: Any, connection_id: str) -> list[Item]:
    return [
        item for item in _all(connections) if connection_id in (item["sk"], item["pk"].removeprefix("CONNECTION#"))
    ]
