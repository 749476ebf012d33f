"""The ways to the management endpoint that were tried, each as `send(endpoint, texts)`: connection id -> frame.

All but boto3's sign with our signer. 64 at a time, on connections that are kept, as ours.
"""

import asyncio
import http.client
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlsplit

import boto3
import botocore.session
import urllib3
from botocore.config import Config

from chalicelib.realtime.gateway import ApiGateway
from chalicelib.realtime.gateway.signing import Credentials, Signer

Texts = Mapping[str, bytes]
Send = Callable[[Texts], None]
SIDE_BY_SIDE = 64
REGION = "us-east-1"


class Requests:
    """Makes signed requests."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self.host, self.port = parts.hostname or "", parts.port or 443
        self._path = f"{parts.path}/@connections/"
        self._signer = Signer(parts.netloc, REGION)
        self._credentials = Credentials("bench", "bench", None)

    def parts(self, connection_id: str, text: bytes) -> tuple[str, dict[str, str]]:
        """Path and headers."""
        path = self._path + quote(connection_id, safe="~")
        lines = self._signer.headers("POST", path, text, self._credentials, int(time.time()))
        return path, dict(line.split(": ", 1) for line in lines.splitlines())

    def whole(self, connection_id: str, text: bytes) -> bytes:
        """The bytes of the whole request."""
        path = self._path + quote(connection_id, safe="~")
        headers = self._signer.headers("POST", path, text, self._credentials, int(time.time()))
        return f"POST {path} HTTP/1.1\r\n{headers}Content-Length: {len(text)}\r\n\r\n".encode() + text


def boto3_loop(endpoint: str) -> Send:
    """boto3, one after another."""
    client: Any = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint)

    def send(texts: Texts) -> None:
        for connection_id, text in texts.items():
            try:
                client.post_to_connection(ConnectionId=connection_id, Data=text)
            except client.exceptions.GoneException:
                continue

    return send


def boto3_threads(endpoint: str) -> Send:
    """boto3 in threads."""
    settings = Config(max_pool_connections=SIDE_BY_SIDE)
    client: Any = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=settings)
    return _in_threads(lambda to, text: client.post_to_connection(ConnectionId=to, Data=text))


def urllib3_threads(endpoint: str) -> Send:
    """urllib3 in threads."""
    requests = Requests(endpoint)
    pool = urllib3.HTTPConnectionPool(requests.host, requests.port, maxsize=SIDE_BY_SIDE)

    def post(to: str, text: bytes) -> None:
        path, headers = requests.parts(to, text)
        assert pool.urlopen("POST", path, body=text, headers=headers).status == 200

    return _in_threads(post)


def http_client_threads(endpoint: str) -> Send:
    """http.client in threads, a connection each."""
    requests, mine = Requests(endpoint), threading.local()

    def post(to: str, text: bytes) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = http.client.HTTPConnection(requests.host, requests.port)
        path, headers = requests.parts(to, text)
        mine.connection.request("POST", path, body=text, headers=headers)
        answer = mine.connection.getresponse()
        answer.read()
        assert answer.status == 200

    return _in_threads(post)


def asyncio_protocol(endpoint: str) -> Send:
    """Asyncio in a thread of its own, with a protocol that reads no more than it must."""
    requests = Requests(endpoint)
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    idle: list[_Exchange] = []

    async def post_all(texts: Texts) -> None:
        left = deque(texts.items())

        async def work() -> None:
            line = idle.pop() if idle else None
            while left:
                if line is None:
                    _, line = await loop.create_connection(_Exchange, requests.host, requests.port)
                assert await line.post(requests.whole(*left.popleft())) == 200
            if line:
                idle.append(line)

        await asyncio.gather(*(work() for _ in range(SIDE_BY_SIDE)))

    return lambda texts: asyncio.run_coroutine_threadsafe(post_all(texts), loop).result()


class _Exchange(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def post(self, request: bytes) -> "asyncio.Future[int]":
        self._heard, self._answer = b"", asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if b"\r\n\r\n" in self._heard:
            self._answer.set_result(int(self._heard[9:12]))


def ours(endpoint: str) -> Send:
    """Our gateway."""
    gateway = ApiGateway(endpoint, botocore.session.get_session())

    def send(texts: Texts) -> None:
        gateway.send(texts, 60.0)

    return send


def bare(endpoint: str) -> Send:
    """The same signed requests with nothing around them: sockets, and a look at the status."""
    requests = Requests(endpoint)
    poll = select.epoll()
    sockets = {}
    for _ in range(SIDE_BY_SIDE):
        line = socket.create_connection((requests.host, requests.port))
        sockets[line.fileno()] = line
        poll.register(line, select.EPOLLIN)

    def send(texts: Texts) -> None:
        left = iter(texts.items())
        under_way = 0
        for line, (to, text) in zip(sockets.values(), left, strict=False):
            line.send(requests.whole(to, text))
            under_way += 1
        while under_way:
            for number, _ in poll.poll():
                line = sockets[number]
                assert line.recv(4_096)[9:12] in (b"200", b"410")
                if following := next(left, None):
                    line.send(requests.whole(*following))
                else:
                    under_way -= 1

    return send


def _in_threads(post: Callable[[str, bytes], object]) -> Send:
    pool = ThreadPoolExecutor(SIDE_BY_SIDE)

    def send(texts: Texts) -> None:
        deque(pool.map(post, texts, texts.values()), maxlen=0)

    return send
