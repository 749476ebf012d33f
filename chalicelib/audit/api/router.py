"""Where the endpoints of this room are registered."""

from chalicelib.core.http.router import Router

router = Router("chalicelib.audit.api")
