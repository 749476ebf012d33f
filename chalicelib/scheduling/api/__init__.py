"""A practice's time over HTTP."""

from chalicelib.scheduling.api import availability, doctors, opening, resources, rules, services
from chalicelib.scheduling.api.routes import routes

__all__ = ["availability", "doctors", "opening", "resources", "routes", "rules", "services"]
