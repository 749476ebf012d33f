"""The way back to a WebSocket: API Gateway's management endpoint."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import cache
from typing import Any, Protocol

from chalicelib.core.settings import settings

_SENDERS = 16
# The time that a frame's delivery may take, in seconds.
PATIENCE = 10.0


class Fate(Enum):
    """Why a connection did not get its frame."""

    GONE = "it is closed"
    DEAF = "it is open and took nothing, however often it was tried"
    CUT_OFF = "the way to it was closed or too busy until the time was over"


class Gateway(Protocol):
    """Sends frames to connections."""

    def send(self, texts: Mapping[str, bytes], seconds: float = PATIENCE) -> dict[str, Fate]:
        """Deliver to each connection, by its id, one frame in UTF-8, all side by side; why some did not get it."""

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        """Close connections, those that are closed are no error; the ids of those that it could not reach."""


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

    def send(self, texts: Mapping[str, bytes], seconds: float = PATIENCE) -> dict[str, Fate]:
        """See `Gateway`."""
        del seconds
        fates = _senders().map(self._send, texts, texts.values())
        return {connection_id: fate for connection_id, fate in zip(texts, fates, strict=True) if fate}

    def _send(self, connection_id: str, text: bytes) -> Fate | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=text)
        except self._client.exceptions.GoneException:
            return Fate.GONE
        except ClientError:
            return Fate.DEAF
        except BotoCoreError:
            return Fate.CUT_OFF
        return None

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        """See `Gateway`."""
        from botocore.exceptions import BotoCoreError, ClientError

        failed = set()
        for connection_id in connection_ids:
            try:
                self._client.delete_connection(ConnectionId=connection_id)
            except self._client.exceptions.GoneException:
                continue
            except (BotoCoreError, ClientError):
                failed.add(connection_id)
        return failed


@cache
def api_gateway() -> Gateway:
    """The gateway of this process; its address comes from `WEBSOCKET_ENDPOINT`."""
    return ApiGateway(settings().websocket_endpoint)


@cache
def _senders() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_SENDERS, thread_name_prefix="send")
