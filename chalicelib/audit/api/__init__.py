"""The history over HTTP."""

from chalicelib.audit.api import history, statistics
from chalicelib.audit.api.router import router

__all__ = ["history", "router", "statistics"]
