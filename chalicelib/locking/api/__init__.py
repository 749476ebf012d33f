"""Locks over HTTP."""

from chalicelib.locking.api import commands, control, holding
from chalicelib.locking.api.shapes import routes

__all__ = ["commands", "control", "holding", "routes"]
