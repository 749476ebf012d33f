"""The way to connections: frames to them, and their end."""

from functools import cache

from chalicelib.core.settings import settings
from chalicelib.core.table import connection
from chalicelib.realtime.gateway.endpoint import ApiGateway
from chalicelib.realtime.gateway.fate import PATIENCE, Fate, Gateway

__all__ = ["PATIENCE", "ApiGateway", "Fate", "Gateway", "api_gateway"]


@cache
def api_gateway() -> ApiGateway:
    """The gateway of this process; its address comes from `WEBSOCKET_ENDPOINT`."""
    return ApiGateway(settings().websocket_endpoint, connection.session)
