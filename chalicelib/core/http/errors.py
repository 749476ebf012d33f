"""The errors of requests, as RFC 9457 problems.

Problem
├── BadRequest            400 BAD_REQUEST
├── Unauthenticated       401 UNAUTHENTICATED
├── Forbidden             403 FORBIDDEN
├── NotFound              404 NOT_FOUND
├── MethodNotAllowed      405 METHOD_NOT_ALLOWED
├── Conflict              409 CONFLICT        (packages derive their own: LOCKED, LOCK_LOST, …)
├── PayloadTooLarge       413 PAYLOAD_TOO_LARGE
├── UnsupportedMediaType  415 UNSUPPORTED_MEDIA_TYPE
├── ValidationFailed      422 VALIDATION      with `errors`
├── RateLimited           429 RATE_LIMITED    with `retryAfter`, and headers of the same content
├── InternalError         500 INTERNAL        our fault, never the client's
└── Unavailable           503 UNAVAILABLE
"""

from dataclasses import dataclass
from typing import ClassVar

from chalicelib.core.http.schema import Schema


class Problem(Exception):
    """An error that a client can act on.

    `code` is stable and machine-readable, `detail` a sentence for a person, and `extensions` are further members
    by their wire names: the current lock, the field errors, … `headers` belong to the HTTP response; a frame has
    none.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str, **extensions: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extensions = extensions
        self.headers: dict[str, str] = {}

    def to_body(self) -> dict[str, object]:
        """Return the members of the `application/problem+json` body."""
        return {
            "type": f"urn:holdfast:problem:{self.code.lower().replace('_', '-')}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extensions,
        }


class BadRequest(Problem):
    status, code, title = 400, "BAD_REQUEST", "The request could not be read"


class Unauthenticated(Problem):
    status, code, title = 401, "UNAUTHENTICATED", "Sign in first"


class Forbidden(Problem):
    status, code, title = 403, "FORBIDDEN", "Your role does not allow this"


class NotFound(Problem):
    status, code, title = 404, "NOT_FOUND", "Not found"


class MethodNotAllowed(Problem):
    status, code, title = 405, "METHOD_NOT_ALLOWED", "Method not allowed"


class Conflict(Problem):
    status, code, title = 409, "CONFLICT", "Conflict with another change"


class PayloadTooLarge(Problem):
    status, code, title = 413, "PAYLOAD_TOO_LARGE", "The request is too large"


class UnsupportedMediaType(Problem):
    status, code, title = 415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON"


@dataclass(frozen=True, slots=True)
class FieldError(Schema):
    """One error of a request: its field (`patient.email`) and a message."""

    field: str
    message: str


NO_CHANGES = FieldError("body", "must change at least one field")
EMPTY_RANGE = FieldError("to", "must be later than from")


class ValidationFailed(Problem):
    """The request is well-formed but not valid; `errors` has an entry for every fault."""

    status, code, title = 422, "VALIDATION", "Some fields need attention"

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors), errors=errors)


class RateLimited(Problem):
    """Too many requests; the next one is accepted after `retry_after_seconds`.

    `Retry-After` is defined by RFC 9110, section 10.2.3; the other headers by
    draft-ietf-httpapi-ratelimit-headers-03.
    """

    status, code, title = 429, "RATE_LIMITED", "Too many requests"

    def __init__(self, detail: str, *, limit: int, retry_after_seconds: int) -> None:
        super().__init__(detail, retryAfter=retry_after_seconds)
        self.headers |= {
            "Retry-After": str(retry_after_seconds),
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": str(retry_after_seconds),
        }


class InternalError(Problem):
    status, code, title = 500, "INTERNAL", "Something went wrong"


class Unavailable(Problem):
    status, code, title = 503, "UNAVAILABLE", "Try again in a moment"
