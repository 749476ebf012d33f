"""What the service says about itself."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pynamodb.exceptions import PynamoDBException

from chalicelib import __version__
from chalicelib.core import keys
from chalicelib.core.clock import utc_now
from chalicelib.core.http import Call, Routes
from chalicelib.core.observability import logger
from chalicelib.core.settings import settings
from chalicelib.core.shape import Shape
from chalicelib.core.table.item import DataItem

OPENAPI = Path(__file__).with_name("openapi.json")
ASYNCAPI = Path(__file__).with_name("asyncapi.json")

routes = Routes(__name__)


@dataclass(frozen=True, slots=True)
class Health(Shape):
    """Whether the service and what it stands on are well."""

    status: Literal["healthy", "degraded"]
    timestamp: datetime
    database: Literal["reachable", "unreachable"]
    websocket: Literal["configured", "missing"]
    version: str


@routes.endpoint("GET", "/health", answers=Health, public=True)
def health(_: Call[None, None]) -> Health:
    """Whether the database answers and frames have a way back to their clients."""
    database, websocket = _database_answers(), bool(settings().websocket_endpoint)
    return Health(
        status="healthy" if database and websocket else "degraded",
        timestamp=utc_now(),
        database="reachable" if database else "unreachable",
        websocket="configured" if websocket else "missing",
        version=__version__,
    )


def _database_answers() -> bool:
    try:
        DataItem.read(keys.HEALTH, keys.HEALTH)
    except PynamoDBException:
        logger().exception("the database does not answer")
        return False
    return True


@routes.endpoint("GET", "/openapi.json", answers=dict, public=True)
def openapi(_: Call[None, None]) -> object:
    """The description of the HTTP API."""
    return json.loads(OPENAPI.read_bytes())


@routes.endpoint("GET", "/asyncapi.json", answers=dict, public=True)
def asyncapi(_: Call[None, None]) -> object:
    """The description of the WebSocket protocol."""
    return json.loads(ASYNCAPI.read_bytes())
