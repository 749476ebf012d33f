"""The service's health and its descriptions."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pynamodb.exceptions import PynamoDBException

from chalicelib import __version__
from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.http.requests import PublicRequest
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema
from chalicelib.core.logging import logger
from chalicelib.core.settings import settings

OPENAPI = Path(__file__).with_name("openapi.json")
ASYNCAPI = Path(__file__).with_name("asyncapi.json")


@dataclass(frozen=True, slots=True)
class Health(Schema):
    """The health of the service and of its database and WebSocket."""

    status: Literal["healthy", "degraded"]
    timestamp: datetime
    database: Literal["reachable", "unreachable"]
    websocket: Literal["configured", "missing"]
    version: str


@endpoint(response=Health, public=True)
def health(_: PublicRequest[None, None]) -> Health:
    """Report whether the database is reachable and the WebSocket is configured."""
    database, websocket = _is_database_reachable(), bool(settings().websocket_endpoint)
    return Health(
        status="healthy" if database and websocket else "degraded",
        timestamp=utc_now(),
        database="reachable" if database else "unreachable",
        websocket="configured" if websocket else "missing",
        version=__version__,
    )


def _is_database_reachable() -> bool:
    try:
        DataItem.read(keys.Key(keys.HEALTH, keys.HEALTH))
    except PynamoDBException:
        logger().exception("the database is unreachable")
        return False
    return True


@endpoint(response=dict, public=True)
def openapi(_: PublicRequest[None, None]) -> object:
    """Return the OpenAPI description of the HTTP API."""
    return json.loads(OPENAPI.read_bytes())


@endpoint(response=dict, public=True)
def asyncapi(_: PublicRequest[None, None]) -> object:
    """Return the AsyncAPI description of the WebSocket protocol."""
    return json.loads(ASYNCAPI.read_bytes())
