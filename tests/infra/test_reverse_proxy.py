"""The reverse proxy of a local run, with fake origins."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import WSCloseCode, web
from botocore.exceptions import ClientError
from yarl import URL

from infra import ports
from infra.local.reverse_proxy import Origins, serve
from infra.package import Package

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGE = b"<!doctype html>"


class Bucket:
    """A bucket with a page and a binary file."""

    def __init__(self) -> None:
        self.files = {
            "index.html": (PAGE, "text/html; charset=utf-8"),
            "assets/a b.bin": (bytes(range(256)), "application/octet-stream"),
        }

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        if Key not in self.files:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, f"GetObject {Bucket}")
        body, kind = self.files[Key]
        return {"Body": io.BytesIO(body), "ContentType": kind, "ETag": '"tag"', "CacheControl": "no-cache"}


async def unreachable(_: web.Request) -> web.Response:
    """Fail if a request reaches this origin."""
    raise AssertionError("reached")


@asynccontextmanager
async def front_door(
    packaged: Package, rest: Handler = unreachable, websocket: Handler = unreachable
) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Run a reverse proxy in front of these origins, and yield a client and its address."""
    origin = web.Application(client_max_size=2**30)
    origin.router.add_route("*", "/rest/{path:(?s:.*)}", rest)
    origin.router.add_route("GET", "/socket", websocket)
    runner = web.AppRunner(origin)
    await runner.setup()
    behind, port = ports.free_port(), ports.free_port()
    await web.TCPSite(runner, ports.HOST, behind).start()
    base = f"{ports.HOST}:{behind}"
    origins = Origins(cast("Any", Bucket()), "site", f"http://{base}/rest", f"http://{base}/socket", packaged)
    try:
        async with serve(port, origins), aiohttp.ClientSession(auto_decompress=False) as client:
            yield client, f"http://{ports.HOST}:{port}"
    finally:
        await runner.cleanup()


def test_request_and_response_pass_unchanged(packaged: Package) -> None:
    seen: list[tuple[str, str, bytes, str]] = []

    async def origin(request: web.Request) -> web.Response:
        seen.append((request.method, request.raw_path, await request.read(), request.headers["X-Custom"]))
        headers = {"X-Answer": "yes", "Content-Encoding": "gzip"}
        return web.Response(status=418, body=bytes(range(256)), headers=headers)

    async def story() -> None:
        async with front_door(packaged, rest=origin) as (client, address):
            url = URL(f"{address}/api/a%2Fb%0A/%C3%A9?q=1%2B1&q=", encoded=True)
            async with client.patch(url, data=b"\0\xff", headers={"X-Custom": "1"}) as answer:
                assert answer.status == 418
                assert answer.headers["X-Answer"] == "yes"
                assert answer.headers["Content-Encoding"] == "gzip"
                assert await answer.read() == bytes(range(256))

    asyncio.run(story())
    assert seen == [("PATCH", "/rest/api/a%2Fb%0A/%C3%A9?q=1%2B1&q=", b"\0\xff", "1")]


@pytest.mark.parametrize(
    ("claimed", "passed_on"),
    [(None, "127.0.0.1, 127.0.0.1"), ("6.6.6.6", "6.6.6.6, 127.0.0.1, 127.0.0.1")],
)
def test_viewer_address_is_second_from_the_right(claimed: str | None, passed_on: str, packaged: Package) -> None:
    async def origin(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["X-Forwarded-For"])

    async def story() -> str:
        async with front_door(packaged, rest=origin) as (client, address):
            headers = {"X-Forwarded-For": claimed} if claimed else {}
            async with client.get(f"{address}/api/x", headers=headers) as answer:
                return await answer.text()

    assert asyncio.run(story()) == passed_on


def test_body_over_gateway_limit_is_refused(packaged: Package) -> None:
    async def story() -> tuple[int, str]:
        async with front_door(packaged) as (client, address):
            body = io.BytesIO(b"x" * (10 * 1024 * 1024 + 1))
            async with client.post(f"{address}/api/x", data=body) as answer:
                return answer.status, str((await answer.json(content_type="application/problem+json"))["code"])

    assert asyncio.run(story()) == (413, "PAYLOAD_TOO_LARGE")


def test_missing_origin_is_a_bad_gateway(packaged: Package) -> None:
    async def origin(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    async def story() -> int:
        async with (
            front_door(packaged, rest=origin) as (client, address),
            client.get(f"{address}/api/x") as answer,
        ):
            return answer.status

    assert asyncio.run(story()) == 502


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Echo each frame, and close on request."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_str(request.query_string)
    async for message in socket:
        if message.data == "leave":
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        elif message.type is aiohttp.WSMsgType.TEXT:
            await socket.send_str(message.data)
        else:
            await socket.send_bytes(message.data)
    return socket


def test_frames_pass_both_ways_with_query(packaged: Package) -> None:
    async def story() -> None:
        async with (
            front_door(packaged, websocket=echo) as (client, address),
            client.ws_connect(f"{address}/ws?ticket=a_b-c&x=%C3%A9") as socket,
        ):
            assert await socket.receive_str() == "ticket=a_b-c&x=é"
            await socket.send_str("ünïcode")
            assert await socket.receive_str() == "ünïcode"
            await socket.send_bytes(b"\0\xff")
            assert await socket.receive_bytes() == b"\0\xff"

    asyncio.run(story())


def test_close_code_of_origin_reaches_viewer(packaged: Package) -> None:
    async def story() -> int | None:
        async with (
            front_door(packaged, websocket=echo) as (client, address),
            client.ws_connect(f"{address}/ws") as socket,
        ):
            await socket.receive_str()
            await socket.send_str("leave")
            await socket.receive()
            return socket.close_code

    assert asyncio.run(story()) == WSCloseCode.POLICY_VIOLATION


@pytest.mark.parametrize(
    ("code", "expected"), [(WSCloseCode.OK, WSCloseCode.OK), (4001, 4001), (None, WSCloseCode.GOING_AWAY)]
)
def test_close_code_of_viewer_reaches_origin(code: int | None, expected: int, packaged: Package) -> None:
    left: asyncio.Queue[int | None] = asyncio.Queue()

    async def origin(request: web.Request) -> web.WebSocketResponse:
        socket = await echo(request)
        await left.put(socket.close_code)
        return socket

    async def story() -> int | None:
        async with front_door(packaged, websocket=origin) as (client, address):
            socket = await client.ws_connect(f"{address}/ws")
            await socket.receive_str()
            if code is None:
                transport = socket.get_extra_info("socket")
                assert transport
                await client.close()
            else:
                await socket.close(code=code)
            return await asyncio.wait_for(left.get(), 5)

    assert asyncio.run(story()) == expected


@pytest.mark.parametrize("status", [401, 403, 500])
def test_refused_upgrade_passes_status(status: int, packaged: Package) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status)

    async def story() -> int:
        async with front_door(packaged, websocket=refuse) as (client, address):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await client.ws_connect(f"{address}/ws?ticket=bad")
            return refusal.value.status

    assert asyncio.run(story()) == status


def test_plain_request_to_socket_gets_upgrade_required(packaged: Package) -> None:
    assert asyncio.run(_get(packaged, "/ws"))[0] == 426


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, PAGE),
        ("/anything/else", 200, PAGE),
        ("/api", 200, PAGE),
        ("/assets/a%20b.bin", 200, bytes(range(256))),
        ("/none.js", 404, b"There is no such file."),
        ("/%ff.js", 404, b"There is no such file."),
    ],
)
def test_other_paths_serve_the_site(path: str, status: int, body: bytes, packaged: Package) -> None:
    assert asyncio.run(_get(packaged, path)) == (status, body)


def test_unchanged_file_is_not_sent_again(packaged: Package) -> None:
    assert asyncio.run(_get(packaged, "/", {"If-None-Match": '"tag"'})) == (304, b"")


def test_site_refuses_writes(packaged: Package) -> None:
    async def story() -> int:
        async with front_door(packaged) as (client, address), client.post(f"{address}/") as answer:
            return answer.status

    assert asyncio.run(story()) == 405


async def _get(packaged: Package, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    async with (
        front_door(packaged) as (client, address),
        client.get(URL(address + path, encoded=True), headers=headers) as answer,
    ):
        content = await answer.read()
        return answer.status, gzip.decompress(content) if "Content-Encoding" in answer.headers else content
