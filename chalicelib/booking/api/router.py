"""Where the routes of this package are registered."""

from chalicelib.core.http.router import Router

router = Router("chalicelib.booking.api")
