"""A practice's time over HTTP."""

from chalicelib.scheduling.api import practice
from chalicelib.scheduling.api.routes import routes

__all__ = ["practice", "routes"]
