"""A practice's time over HTTP."""

from chalicelib.scheduling.api import availability, doctors, resources, rules, services
from chalicelib.scheduling.api.routes import routes

__all__ = ["availability", "doctors", "resources", "routes", "rules", "services"]
