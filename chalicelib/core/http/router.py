"""HTTP at the edge: parse, call, answer. Each endpoint says what it takes and gives; OpenAPI is made from that."""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

from chalice.app import Blueprint, Chalice, Response
from chalice.app import Request as ChaliceRequest

from chalicelib.core.clock import new_id
from chalicelib.core.dynamodb.keys import InvalidId
from chalicelib.core.dynamodb.retries import is_contention
from chalicelib.core.http.errors import (
    BadRequest,
    FieldError,
    InternalError,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    Problem,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
    ValidationFailed,
)
from chalicelib.core.http.schema import JsonDecodeError, ValidationError, parse_json, parse_query, to_json
from chalicelib.core.logging import logger
from chalicelib.core.security.revocation import require_not_revoked
from chalicelib.core.security.tokens import Principal, Session, authenticate
from chalicelib.core.settings import settings

MAX_BODY_BYTES = 64 * 1024
JSON = "application/json"
# `navigator.sendBeacon` sends strings as text/plain, which also needs no CORS preflight.
CONTENT_TYPES = [JSON, "text/plain"]

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")

Headers = dict[str, str | list[str]]
Body = TypeVar("Body")
Query = TypeVar("Query")
Handler = TypeVar("Handler", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Request(Generic[Body, Query]):
    """One request, read and checked. At a public endpoint `signed_in` is None unless a valid token came.

    `idempotency_key` is what the header `Idempotency-Key` says (draft-ietf-httpapi-idempotency-key-header).
    """

    body: Body
    query: Query
    optional_session: Session | None
    idempotency_key: str | None = None

    @property
    def session(self) -> Session:
        """The caller's session.

        Raises:
            Unauthenticated: the endpoint is public and nobody has signed in.
        """
        if self.optional_session is None:
            raise Unauthenticated("Sign in first.")
        return self.optional_session

    @property
    def principal(self) -> Principal:
        """The signed-in member.

        Raises:
            Unauthenticated: see `session`.
        """
        return self.session.principal


@dataclass(frozen=True, slots=True)
class FileResponse:
    """An answer that is to be kept as a file and not read as JSON: text, which goes out as UTF-8.

    `content_type` is the whole header (`text/calendar; charset=utf-8`), `filename` what to suggest.
    """

    content_type: str
    content: str
    filename: str

    @property
    def headers(self) -> "Headers":
        """What says so to a browser. RFC 6266, section 4.3, has the two names; the first is for old programs."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", self.filename)
        disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.filename, safe='')}"
        return {"Content-Type": self.content_type, "Content-Disposition": disposition}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What an endpoint takes and gives, as the API description needs it.

    `answers` is a shape or, where it is a `File`, the media type of that.
    """

    method: str
    path: str
    handler: Callable[..., object]
    response: Any
    status: int
    body: Any
    query: Any
    public: bool
    errors: tuple[type[Problem], ...]


class Router:
    """A blueprint whose endpoints are described where they are written."""

    def __init__(self, import_name: str) -> None:
        self.blueprint = Blueprint(import_name)
        self.endpoints: list[Endpoint] = []

    def endpoint(
        self,
        method: str,
        path: str,
        *,
        response: object,
        status: HTTPStatus = HTTPStatus.OK,
        body: object = None,
        query: object = None,
        public: bool = False,
        errors: tuple[type[Problem], ...] = (),
    ) -> Callable[[Handler], Handler]:
        """Register a handler `(call, **path parameters) -> answer`.

        `answers` is the shape of the answer; of a `File` it is the media type, as text.
        Unless `public`, a request without a valid token is refused before anything of it is read.
        """

        def register(handler: Handler) -> Handler:
            entry = Endpoint(method, path, handler, response, status, body, query, public, errors)
            self.endpoints.append(entry)
            view = _to_view(entry, lambda: self.blueprint.current_request)
            # What has no body has no type either, whatever somebody on its way writes there.
            types = CONTENT_TYPES if body else ["*/*"]
            name = f"{handler.__name__}_{method}"
            route = self.blueprint.route(path, methods=[method], name=name, content_types=types)
            route(view)
            return handler

        return register


def _to_view(entry: Endpoint, current_request: Callable[[], ChaliceRequest]) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        request = current_request()
        try:
            answer = entry.handler(_parse_request(entry, request), **path)
        except Problem as problem:
            return problem_response(problem)
        except InvalidId as error:
            return problem_response(NotFound(str(error)))
        except Exception as error:  # noqa: BLE001 - the last resort; logged, and answered as a problem too
            logger().exception("a request failed", path=entry.path, method=entry.method)
            return problem_response(to_problem(error))
        if isinstance(answer, FileResponse):
            return Response(answer.content, answer.headers, entry.status)
        return Response(to_json(answer), {"Content-Type": JSON}, entry.status)

    view.__name__ = entry.handler.__name__
    return view


def to_problem(error: Exception) -> Problem:
    """What to tell a client of a fault that is not theirs."""
    if is_contention(error):
        return Unavailable("We are very busy at the moment; please try again.")
    return InternalError("Something went wrong on our side; look whether it was saved before you try again.")


def problem_response(problem: Problem) -> Response:
    """The `application/problem+json` answer for a refusal."""
    headers: Headers = {"Content-Type": "application/problem+json", **problem.headers}
    return Response(to_json(problem.to_body()), headers, problem.status)


def _parse_request(entry: Endpoint, request: ChaliceRequest) -> Request[object, object]:
    authorization = request.headers.get("authorization")
    signed_in = _optional_member(authorization) if entry.public else _authenticated_member(authorization)
    try:
        body = parse_json(entry.body, _body_bytes(request)) if entry.body else None
        query = parse_query(entry.query, _query_params(request)) if entry.query else None
    except JsonDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error}") from None
    except ValidationError as error:
        raise ValidationFailed([FieldError(field, message) for field, message in error.errors]) from None
    return Request(body, query, signed_in, _idempotency_key(request.headers.get("idempotency-key")))


def _idempotency_key(text: str | None) -> str | None:
    if text is not None and not _IDEMPOTENCY_KEY.fullmatch(text):
        fault = "must be 1 to 255 visible ASCII characters, such as a UUID"
        raise ValidationFailed([FieldError("Idempotency-Key", fault)])
    return text


def _authenticated_member(authorization: str | None) -> Session:
    session = authenticate(authorization)
    require_not_revoked(session.principal)
    return session


def _optional_member(authorization: str | None) -> Session | None:
    """Who comes to a public endpoint, if they say so; a token that has ended is no reason to turn them away."""
    try:
        return _authenticated_member(authorization) if authorization else None
    except Unauthenticated:
        return None


def _body_bytes(request: ChaliceRequest) -> bytes:
    try:
        raw = cast("bytes", request.raw_body)
    except ValueError:
        raise BadRequest("The body is not UTF-8 text.") from None
    size = len(raw)
    if size > MAX_BODY_BYTES:
        raise PayloadTooLarge(f"A body may have {MAX_BODY_BYTES} bytes at most; this one has {size}.")
    return raw


def _query_params(request: ChaliceRequest) -> Mapping[str, str]:
    params = request.query_params
    if params is None:
        return {}
    return {name: params.getlist(name)[-1] for name in params}


SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# What a page on another origin may read, beside what every page may.
_EXPOSED_HEADERS = "X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
_CHALICE_ERRORS: dict[int, type[Problem]] = {405: MethodNotAllowed, 415: UnsupportedMediaType}


def register_routers(app: Chalice, routers: Iterable[Router]) -> None:
    """Give the app every room's endpoints, the CORS preflight of each path, and the middleware for all."""
    for room in routers:
        app.register_blueprint(room.blueprint)
    for path, methods in list(app.routes.items()):
        preflight = _preflight([*methods, "OPTIONS"])
        app.route(path, methods=["OPTIONS"], name="preflight", content_types=["*/*"])(preflight)
    app.register_middleware(response_middleware, "http")


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
    """What every answer carries, whatever it says: request id, security headers, CORS; and its log line."""
    started = time.perf_counter()
    response = get_response(request)
    refusal = _CHALICE_ERRORS.get(response.status_code)
    if refusal and isinstance(response.body, dict) and "Message" in response.body:
        allow = {name: value for name, value in response.headers.items() if name == "Allow"}
        response = problem_response(refusal(f"{response.body['Message']}."))
        response.headers.update(allow)
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


def _cors_headers(origin: str | None) -> dict[str, str]:
    if origin is None or origin not in settings().origins:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": _EXPOSED_HEADERS,
    }
