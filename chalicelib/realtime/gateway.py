"""The way back to a WebSocket: API Gateway's management endpoint."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any, Protocol

from chalicelib.core.settings import settings

_SENDERS = 16


class Gone(Exception):
    """The connection is closed."""


class Unreachable(Exception):
    """The connection is there but did not take the frame, however often it was tried."""


class Gateway(Protocol):
    """Sends text to connections."""

    def send(self, connection_id: str, text: str) -> None:
        """Deliver one frame.

        Raises:
            Gone: the connection is closed.
            Unreachable: it is open and does not take the frame.
        """

    def close(self, connection_id: str) -> None:
        """Close a connection; one that is closed is no error."""


class ApiGateway:
    """The management endpoint of our WebSocket API."""

    def __init__(self, endpoint: str) -> None:
        from botocore.config import Config

        from chalicelib.core.table import connection

        self._client: Any = connection.session.create_client(
            "apigatewaymanagementapi",
            endpoint_url=endpoint,
            config=Config(
                connect_timeout=1,
                read_timeout=3,
                max_pool_connections=_SENDERS,
                retries={"mode": "standard", "total_max_attempts": 3},
            ),
        )

    def send(self, connection_id: str, text: str) -> None:
        """Deliver one frame; throttling is retried with jitter.

        Raises:
            Gone: the connection is closed.
            Unreachable: it is open and does not take the frame.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
        except self._client.exceptions.GoneException:
            raise Gone from None
        except (BotoCoreError, ClientError) as error:
            raise Unreachable from error

    def close(self, connection_id: str) -> None:
        """Close a connection; one that is closed is no error."""
        with suppress(self._client.exceptions.GoneException):
            self._client.delete_connection(ConnectionId=connection_id)


@cache
def api_gateway() -> Gateway:
    """The gateway of this process; its address comes from `WEBSOCKET_ENDPOINT`."""
    return ApiGateway(settings().websocket_endpoint)


@cache
def senders() -> ThreadPoolExecutor:
    """The threads that deliver to an audience side by side, so that no connection waits for another."""
    return ThreadPoolExecutor(_SENDERS, thread_name_prefix="send")
