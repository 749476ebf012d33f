"""The request that a handler receives, and its parsing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from chalice.app import Request as ChaliceRequest

from chalicelib.core.http.errors import (
    BadRequest,
    FieldError,
    PayloadTooLarge,
    Unauthenticated,
    UnsupportedMediaType,
    ValidationFailed,
)
from chalicelib.core.http.schema import JsonDecodeError, ValidationError, parse_json, parse_query
from chalicelib.core.security.revocation import require_not_revoked
from chalicelib.core.security.tokens import Principal, Session, authenticate

MAX_BODY_BYTES = 64 * 1024
# `navigator.sendBeacon` sends strings as text/plain, which needs no CORS preflight either.
_CONTENT_TYPES = {"application/json", "text/plain", "*/*"}
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")

Body = TypeVar("Body")
Query = TypeVar("Query")


@dataclass(frozen=True, slots=True)
class Request(Generic[Body, Query]):
    """A parsed and validated request of a signed-in member, the `principal`."""

    body: Body
    query: Query
    session: Session
    principal: Principal


@dataclass(frozen=True, slots=True)
class PublicRequest(Generic[Body, Query]):
    """A parsed and validated request to a public endpoint.

    `session` is None without a valid token. `idempotency_key` is the header `Idempotency-Key`
    (draft-ietf-httpapi-idempotency-key-header).
    """

    body: Body
    query: Query
    session: Session | None
    idempotency_key: str | None = None


def parse_request(
    request: ChaliceRequest, *, body: type[Any] | None, query: type[Any] | None, public: bool
) -> Request[Any, Any] | PublicRequest[Any, Any]:
    """Authenticate the caller and validate the body and query against their schemas.

    Raises:
        UnsupportedMediaType, PayloadTooLarge, BadRequest: the body cannot be read.
        Unauthenticated: the endpoint is not public and the caller sent no valid token.
        ValidationFailed: the body, the query or the idempotency key does not fit.
    """
    headers: Mapping[str, str] = request.headers
    if body:
        _require_content_type(headers.get("content-type", "application/json"))
    authorization = headers.get("authorization")
    session = None if public else _authenticated_member(authorization)
    optional_session = _optional_member(authorization) if public else None
    try:
        parsed_body = parse_json(body, _body_bytes(request)) if body else None
        parsed_query = parse_query(query, _query_params(request)) if query else None
    except JsonDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error}") from None
    except ValidationError as error:
        raise ValidationFailed([FieldError(field, message) for field, message in error.errors]) from None
    key = _idempotency_key(headers.get("idempotency-key"))
    if session is None:
        return PublicRequest(parsed_body, parsed_query, optional_session, key)
    return Request(parsed_body, parsed_query, session, session.principal)


def _require_content_type(content_type: str) -> None:
    if not _CONTENT_TYPES.intersection(part.strip() for part in re.split("[,;]", content_type.lower())):
        raise UnsupportedMediaType(f"Unsupported media type: {content_type}.")


def _authenticated_member(authorization: str | None) -> Session:
    session = authenticate(authorization)
    require_not_revoked(session.principal)
    return session


def _optional_member(authorization: str | None) -> Session | None:
    """Return the caller's session, if any.

    An invalid token does not close a public endpoint.
    """
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


def _idempotency_key(text: str | None) -> str | None:
    if text is not None and not _IDEMPOTENCY_KEY.fullmatch(text):
        message = "must be 1 to 255 visible ASCII characters, such as a UUID"
        raise ValidationFailed([FieldError("Idempotency-Key", message)])
    return text
