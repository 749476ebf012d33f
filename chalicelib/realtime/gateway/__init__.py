"""The way to connections: frames to them, and their end."""

from functools import cache
from threading import Lock

from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.settings import settings
from chalicelib.realtime.gateway.endpoint import ApiGateway
from chalicelib.realtime.gateway.fate import PATIENCE, Fate, Gateway

__all__ = ["PATIENCE", "ApiGateway", "Fate", "Gateway", "api_gateway"]


_MAKING = Lock()


def api_gateway() -> ApiGateway:
    """The gateway of this process, made by whichever thread comes first, so that all share its lines; its address
    comes from `WEBSOCKET_ENDPOINT`.
    """
    with _MAKING:
        return _api_gateway()


@cache
def _api_gateway() -> ApiGateway:
    return ApiGateway(settings().websocket_endpoint, connection.session)
