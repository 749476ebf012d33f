"""Where the endpoints of this room are registered."""

from chalicelib.core.http import Routes

routes = Routes("chalicelib.scheduling.api")
