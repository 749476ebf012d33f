"""Proxy for the REST API behind /api."""

import io
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from infra.local.reverse_proxy import headers

# API Gateway's limit; the app's own is far lower.
MAX_BODY_BYTES = 10 * 1024 * 1024


class Api:
    """Proxy to `base`, the API's address without its stage.

    The stage is the first part of every path.
    """

    def __init__(self, session: aiohttp.ClientSession, base: str, too_large: dict[str, Any]) -> None:
        self._session = session
        self._base = base
        self._too_large = too_large

    async def handle(self, request: web.Request) -> web.Response:
        """Return the origin's response; 413 as API Gateway does.

        502 if the origin does not respond.
        """
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._payload_too_large()
        # Unchanged: decoding and encoding could alter the path.
        address = URL(self._base + request.raw_path, encoded=True)
        try:
            async with self._session.request(
                request.method,
                address,
                data=io.BytesIO(body) if body else None,
                headers=headers.for_origin(request),
                allow_redirects=False,
            ) as response:
                return web.Response(
                    status=response.status,
                    body=await response.read(),
                    headers=headers.for_next_hop(response.headers.items()),
                )
        except aiohttp.ClientError as error:
            return web.Response(status=web.HTTPBadGateway.status_code, text=f"The API does not answer: {error}")

    def _payload_too_large(self) -> web.Response:
        constants = {
            name.removeprefix("gatewayresponse.header."): value[1:-1]
            for name, value in self._too_large["responseParameters"].items()
            if value.startswith("'")
        }
        text = self._too_large["responseTemplates"]["application/json"]
        status = web.HTTPRequestEntityTooLarge.status_code
        return web.Response(status=status, body=text.encode(), headers=constants)
