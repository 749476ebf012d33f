"""Proxy for the WebSocket API behind /ws; relays frames and close codes both ways."""

import asyncio
from typing import cast

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web
from yarl import URL

from infra.local.reverse_proxy import headers

# API Gateway's limit for one message.
MAX_MESSAGE_BYTES = 128 * 1024
Peer = web.WebSocketResponse | aiohttp.ClientWebSocketResponse
# Reserved for a connection that ended without a close frame (RFC 6455, 7.4.1).
_RESERVED_CLOSE_CODES = {WSCloseCode.ABNORMAL_CLOSURE, 1005, 1015}


class WebSocket:
    """Proxy to `address`, the WebSocket API's stage."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Upgrade if the API does, otherwise return its refusal."""
        viewer = web.WebSocketResponse(max_msg_size=MAX_MESSAGE_BYTES, autoping=True)
        if not viewer.can_prepare(request):
            return web.Response(status=web.HTTPUpgradeRequired.status_code, text="This is a WebSocket.")
        address = URL(self._address, encoded=True).with_query(request.rel_url.query)
        try:
            origin = await self._session.ws_connect(address, headers=headers.for_origin(request), max_msg_size=0)
        except aiohttp.WSServerHandshakeError as refusal:
            return web.Response(status=refusal.status)
        except aiohttp.ClientError as error:
            return web.Response(status=web.HTTPBadGateway.status_code, text=f"The API does not answer: {error}")
        async with origin:
            await viewer.prepare(request)
            await _relay_both_ways(viewer, origin)
        return viewer


async def _relay_both_ways(viewer: Peer, origin: Peer) -> None:
    """Relay until either end closes, then close the other with the same code."""
    relays = {asyncio.create_task(_relay(viewer, origin)), asyncio.create_task(_relay(origin, viewer))}
    done, pending = await asyncio.wait(relays, return_when=asyncio.FIRST_COMPLETED)
    for relay in pending:
        relay.cancel()
    await asyncio.gather(*done, *pending, return_exceptions=True)


async def _relay(source: Peer, target: Peer) -> None:
    try:
        async for message in source:
            if message.type is WSMsgType.TEXT:
                await target.send_str(cast("str", message.data))
            elif message.type is WSMsgType.BINARY:
                await target.send_bytes(cast("bytes", message.data))
    except ConnectionError:
        return  # the target has gone; its own relay notices
    finally:
        code = source.close_code or WSCloseCode.OK
        await target.close(code=WSCloseCode.GOING_AWAY if code in _RESERVED_CLOSE_CODES else code)
