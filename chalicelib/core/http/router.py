"""Routes and endpoints.

A route names the function that handles it by its module and name, and imports the module at its first request, so
that a process loads only what it serves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from typing import Any

from chalice.app import Request as ChaliceRequest
from chalice.app import Response

from chalicelib.core.dynamodb.keys import InvalidId
from chalicelib.core.http.errors import NotFound, Problem
from chalicelib.core.http.requests import parse_request
from chalicelib.core.http.responses import problem_response, to_problem, to_response
from chalicelib.core.logging import logger


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A handler with its contract: parameters, response and documented errors.

    `response` is a schema, or the media type of a `FileResponse`.
    """

    handler: Callable[..., object]
    response: Any
    status: int
    body: Any
    query: Any
    public: bool
    errors: tuple[type[Problem], ...]


def endpoint(
    *,
    response: object,
    status: HTTPStatus = HTTPStatus.OK,
    body: object = None,
    query: object = None,
    public: bool = False,
    errors: tuple[type[Problem], ...] = (),
) -> Callable[[Callable[..., object]], Endpoint]:
    """Declare a handler `(request, **path_parameters) -> response` and its contract.

    `response` is the schema of the response, or the media type of a `FileResponse`. Unless `public`, a request
    without a valid token is refused before its body is read.
    """
    return lambda handler: Endpoint(handler, response, status, body, query, public, errors)


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path, and the endpoint that serves them, by module and name."""

    method: str
    path: str
    module: str
    name: str

    def load(self) -> Endpoint:
        """Return the endpoint; the first call imports its module."""
        found: Endpoint = getattr(import_module(self.module), self.name)
        return found

    def handle(self, request: ChaliceRequest, path_parameters: Mapping[str, str]) -> Response:
        """Parse the request, call the handler, and return its result or problem."""
        try:
            endpoint = self.load()
            parsed = parse_request(request, body=endpoint.body, query=endpoint.query, public=endpoint.public)
            return to_response(endpoint.handler(parsed, **path_parameters), endpoint.status)
        except Problem as problem:
            return problem_response(problem)
        except InvalidId as error:
            return problem_response(NotFound(str(error)))
        except Exception as error:  # noqa: BLE001 - the last resort; logged, and answered as a problem
            logger().exception("a request failed", path=self.path, method=self.method)
            return problem_response(to_problem(error))


def routes_of(table: Mapping[str, Mapping[str, str]]) -> tuple[Route, ...]:
    """Return the routes of a table `{module: {"METHOD /path": name of the handler}}`."""
    routes = []
    for module, handlers in table.items():
        for method_and_path, name in handlers.items():
            method, path = method_and_path.split(" ")
            routes.append(Route(method, path, module, name))
    return tuple(routes)
