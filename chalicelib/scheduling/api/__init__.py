"""A practice's time over HTTP."""

from chalicelib.scheduling.api import doctors, resources, rules, services
from chalicelib.scheduling.api.routes import routes

__all__ = ["doctors", "resources", "routes", "rules", "services"]
