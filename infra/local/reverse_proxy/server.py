"""Start and stop of the reverse proxy."""

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
    """The three origins, and the package with their headers and rewrites."""

    s3: "S3Client"
    bucket: str
    rest: str
    websocket: str
    package: Package


@asynccontextmanager
async def serve(port: int, origins: Origins) -> AsyncIterator[None]:
    """Listen on 127.0.0.1:`port` for the time of the context."""
    resources = origins.package.resources()
    too_large = gateway_responses(resources["RestAPI"]["Properties"])["REQUEST_TOO_LARGE"]
    # Responses pass unchanged: no decompression, no cookies, a function's time-out.
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
