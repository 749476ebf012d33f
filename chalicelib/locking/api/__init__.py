"""Locks over HTTP."""

from chalicelib.locking.api import admin, control, leases
from chalicelib.locking.api.schemas import router

__all__ = ["admin", "control", "leases", "router"]
