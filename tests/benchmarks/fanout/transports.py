"""Ways to reach the management API that ours is compared with, each as `send(texts)`: connection id -> frame."""

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

Texts = Mapping[str, bytes]
Send = Callable[[Texts], None]
MAX_CONNECTIONS = 64


def boto3_loop(endpoint: str) -> Send:
    """boto3, one frame after another."""
    client: Any = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint)

    def send(texts: Texts) -> None:
        for connection_id, text in texts.items():
            client.post_to_connection(ConnectionId=connection_id, Data=text)

    return send


def boto3_threads(endpoint: str) -> Send:
    """boto3 in threads."""
    config = Config(max_pool_connections=MAX_CONNECTIONS)
    client: Any = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=config)
    pool = ThreadPoolExecutor(MAX_CONNECTIONS)

    def post(connection_id: str, text: bytes) -> None:
        client.post_to_connection(ConnectionId=connection_id, Data=text)

    def send(texts: Texts) -> None:
        deque(pool.map(post, texts, texts.values()), maxlen=0)

    return send
