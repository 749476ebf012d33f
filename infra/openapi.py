"""OpenAPI 3.1, generated from the routes: `python -m infra.openapi` writes chalicelib/core/openapi.json.

`--check` writes nothing and fails if the file differs from the code.
"""

import inspect
import re
import sys
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from chalicelib import __version__
from chalicelib.core.api import OPENAPI
from chalicelib.core.http.errors import (
    BadRequest,
    InternalError,
    NotFound,
    PayloadTooLarge,
    Problem,
    Unauthenticated,
    UnsupportedMediaType,
    ValidationFailed,
)
from chalicelib.core.http.responses import JSON
from chalicelib.core.http.router import Endpoint, Route
from chalicelib.core.http.schema import wire_name
from chalicelib.routes import ROUTES
from infra.documents import REF, Json, json_schemas, normalise, summarise, write_or_check


def _error_codes() -> str:
    """Return every error code that a request can get."""
    found, open_ = set(), [Problem]
    while open_:
        kinds = open_.pop().__subclasses__()
        open_ += kinds
        found |= {kind.code for kind in kinds}
    return ", ".join(sorted(found))


_IDEMPOTENCY_KEY = "Idempotency-Key"


def _problem_schema() -> Json:
    return {
        "type": "object",
        "description": "RFC 9457. What a client needs to act on stands beside these members.",
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string", "description": f"Stable and machine-readable; one of {_error_codes()}."},
        },
        "required": ["type", "title", "status", "detail", "code"],
    }


def build_document() -> Json:
    """Build the whole document."""
    schemas, definitions = _schemas(route.load() for route in ROUTES)
    paths: Json = {}
    for route in ROUTES:
        path = re.sub(r"{(\w+)}", lambda match: f"{{{wire_name(match[1])}}}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Holdfast",
            "version": __version__,
            "description": "Appointments that nobody overwrites. Times are RFC 3339 in UTC; ids are opaque.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/api"}],
        "paths": paths,
        "components": {
            "schemas": {**definitions, "Problem": _problem_schema()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _schemas(endpoints: Iterable[Endpoint]) -> tuple[dict[Any, Json], Json]:
    schemas = {schema for endpoint in endpoints for schema in (endpoint.body, endpoint.response)}
    return json_schemas({schema for schema in schemas if schema is not None and not isinstance(schema, str)})


def _operation(route: Route, schemas: dict[Any, Json]) -> Json:
    endpoint = route.load()
    operation: Json = {
        "operationId": wire_name(route.name),
        **summarise(endpoint.handler),
        "tags": [route.module.split(".")[1]],
        "parameters": _parameters(route.path, endpoint),
        "responses": responses_of(route, schemas),
        "security": [] if endpoint.public else [{"bearer": []}],
    }
    if endpoint.body:
        content = {"application/json": {"schema": schemas[endpoint.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(path: str, endpoint: Endpoint) -> list[Json]:
    in_path = [
        {"name": wire_name(name), "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]
    query = normalise(TypeAdapter(endpoint.query).json_schema()) if endpoint.query else {}
    in_query = [
        {"name": name, "in": "query", "required": name in query.get("required", []), "schema": schema}
        for name, schema in query.get("properties", {}).items()
    ]
    return [*in_path, *_headers(endpoint), *in_query]


def _headers(endpoint: Endpoint) -> list[Json]:
    """Return the header that a route takes if its description names it."""
    if _IDEMPOTENCY_KEY not in (inspect.getdoc(endpoint.handler) or ""):
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return [{"name": _IDEMPOTENCY_KEY, "in": "header", "required": False, "schema": schema}]


def responses_of(route: Route, schemas: dict[Any, Json]) -> Json:
    """Return the success and the errors of a route, by status."""
    endpoint = route.load()
    is_file = isinstance(endpoint.response, str)
    content = (
        {endpoint.response: {"schema": {"type": "string"}}}
        if is_file
        else {JSON: {"schema": schemas[endpoint.response]}}
    )
    good = {"description": HTTPStatus(endpoint.status).phrase, "content": content}
    refusals: dict[int, list[str]] = {}
    for problem in _errors(route.path, endpoint):
        codes = refusals.setdefault(problem.status, [])
        codes += [] if problem.code in codes else [problem.code]
    bad = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}
    responses = {str(int(endpoint.status)): good}
    for status, codes in sorted(refusals.items()):
        responses[str(status)] = {"description": ", ".join(f"`{code}`" for code in codes), "content": bad}
    return responses


def _errors(path: str, endpoint: Endpoint) -> list[type[Problem]]:
    general: list[type[Problem]] = [] if endpoint.public else [Unauthenticated]
    general += [NotFound] if "{" in path else []
    general += [BadRequest, PayloadTooLarge, UnsupportedMediaType] if endpoint.body else []
    general += [ValidationFailed] if endpoint.body or endpoint.query else []
    return [*endpoint.errors, *general, InternalError]


if __name__ == "__main__":
    raise SystemExit(write_or_check(OPENAPI, build_document(), sys.argv[1:]))
