"""Routes in Chalice, CORS, and the headers and log line that every response gets."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import cast

from chalice.app import Chalice, Response
from chalice.app import Request as ChaliceRequest

from chalicelib.core.clock import new_id
from chalicelib.core.http.errors import MethodNotAllowed
from chalicelib.core.http.responses import Headers, problem_response
from chalicelib.core.http.router import Route
from chalicelib.core.logging import logger
from chalicelib.core.settings import settings

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Readable by pages on allowed origins, beside the headers that CORS always exposes.
_EXPOSED_HEADERS = "X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"


def register_routes(app: Chalice, routes: Iterable[Route]) -> None:
    """Add the routes, the CORS preflight of each path, and the middleware to the app."""
    for route in routes:
        _register(app, route)
    for path, methods in list(app.routes.items()):
        preflight = _preflight([*methods, "OPTIONS"])
        app.route(path, methods=["OPTIONS"], name="preflight", content_types=["*/*"])(preflight)
    app.register_middleware(response_middleware, "http")


def _register(app: Chalice, route: Route) -> None:
    def view(**path_parameters: str) -> Response:
        return route.handle(cast("ChaliceRequest", app.current_request), path_parameters)

    # The content type is checked with the body, by the endpoint.
    app.route(route.path, methods=[route.method], name=f"{route.name}_{route.method}", content_types=["*/*"])(view)


def _preflight(methods: list[str]) -> Callable[..., Response]:
    def preflight(**_: str) -> Response:
        allow: Headers = {
            "Access-Control-Allow-Methods": ", ".join(methods),
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
            "Access-Control-Max-Age": "600",
        }
        return Response("", allow, HTTPStatus.NO_CONTENT)

    return preflight


def response_middleware(request: ChaliceRequest, get_response: Callable[[ChaliceRequest], Response]) -> Response:
    """Add request id, security and CORS headers to a response, and log the request."""
    started = time.perf_counter()
    response = get_response(request)
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response = _method_not_allowed(response)
    request_id = request.context.get("requestId") or new_id()
    response.headers.update(SECURITY_HEADERS)
    response.headers.update(_cors_headers(request.headers.get("origin")))
    response.headers["X-Request-Id"] = request_id
    logger().info(
        "request",
        request_id=request_id,
        method=request.method,
        path=request.path,
        status=response.status_code,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return response


def _method_not_allowed(response: Response) -> Response:
    """Return Chalice's own 405 as a problem."""
    message = response.body.get("Message", "Unsupported method")
    problem = problem_response(MethodNotAllowed(f"{message}."))
    problem.headers["Allow"] = response.headers["Allow"]
    return problem


def _cors_headers(origin: str | None) -> dict[str, str]:
    if origin is None or origin not in settings().origins:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": _EXPOSED_HEADERS,
    }
