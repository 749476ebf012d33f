"""The history over HTTP."""

from chalicelib.audit.api import history, statistics
from chalicelib.audit.api.routes import routes

__all__ = ["history", "routes", "statistics"]
