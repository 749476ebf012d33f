"""Start and stop the front door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from infra import ports
from infra.local.emulator_patches import gateway_responses
from infra.local.reverse_proxy import headers
from infra.local.reverse_proxy.api import MAX_BODY_BYTES, Api
from infra.local.reverse_proxy.site import Site
from infra.local.reverse_proxy.websocket import WebSocket
from infra.package import Package

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client


@dataclass(frozen=True)
class Origins:
    """The three origins, and the package that says how they are to be answered."""

    s3: "S3Client"
    bucket: str
    rest: str
    websocket: str
    package: Package


@asynccontextmanager
async def serve(port: int, origins: Origins) -> AsyncIterator[None]:
    """Listen on 127.0.0.1:`port` as long as the context lasts."""
    resources = origins.package.resources()
    too_large = gateway_responses(resources["RestAPI"]["Properties"])["REQUEST_TOO_LARGE"]
    # Answers pass as they are: nothing unpacked, no cookie kept, as long as a function may take.
    async with aiohttp.ClientSession(
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=60),
    ) as session:
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/api/{path:(?s:.*)}", Api(session, origins.rest, too_large).handle)
        app.router.add_route("GET", "/ws", WebSocket(session, origins.websocket).handle)
        site = Site(origins.s3, origins.bucket, headers.from_policy(resources["SiteHeaders"]))
        app.router.add_route("*", "/{path:(?s:.*)}", site.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, ports.HOST, port).start()
            yield
        finally:
            await runner.cleanup()
