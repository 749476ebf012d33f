"""What a request can be refused with, as RFC 9457 problems.

Problem
├── BadRequest            400 BAD_REQUEST
├── Unauthenticated       401 UNAUTHENTICATED
├── Forbidden             403 FORBIDDEN
├── NotFound              404 NOT_FOUND
├── MethodNotAllowed      405 METHOD_NOT_ALLOWED
├── Conflict              409 CONFLICT        (rooms derive their own: LOCKED, LOCK_LOST, …)
├── PayloadTooLarge       413 PAYLOAD_TOO_LARGE
├── UnsupportedMediaType  415 UNSUPPORTED_MEDIA_TYPE
├── ValidationFailed      422 VALIDATION      with `errors`
├── RateLimited           429 RATE_LIMITED    with `retryAfter`, and headers that say the same
├── InternalError         500 INTERNAL        a fault of ours, never the client's
└── Unavailable           503 UNAVAILABLE
"""

from dataclasses import dataclass
from typing import ClassVar

from chalicelib.core.http.schema import Schema


class Problem(Exception):
    """A refusal that a client can act on.

    `code` is stable and machine-readable, `detail` is a sentence for a person, and `evidence` holds what the
    client needs beside it (the current lock, the faults, …), each by its wire name. `headers` are those that
    an HTTP answer carries for it; a frame has none.
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
        """The members of the `application/problem+json` body."""
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
    status, code, title = 404, "NOT_FOUND", "There is no such thing here"


class MethodNotAllowed(Problem):
    status, code, title = 405, "METHOD_NOT_ALLOWED", "This address does not take this method"


class Conflict(Problem):
    status, code, title = 409, "CONFLICT", "Somebody else was at it in the same moment"


class PayloadTooLarge(Problem):
    status, code, title = 413, "PAYLOAD_TOO_LARGE", "The request is too large"


class UnsupportedMediaType(Problem):
    status, code, title = 415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON"


@dataclass(frozen=True, slots=True)
class FieldError(Schema):
    """One thing that is wrong with a request: where (`patient.email`) and what."""

    field: str
    message: str


NO_CHANGES = FieldError("body", "must change at least one field")
EMPTY_RANGE = FieldError("to", "must be later than from")


class ValidationFailed(Problem):
    """The request could be read but does not fit; `errors` names every fault."""

    status, code, title = 422, "VALIDATION", "Some fields need attention"

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in errors), errors=errors)


class RateLimited(Problem):
    """Too often; `retry_after_seconds` are whole ones, and that long from now it will be let through again.

    `Retry-After` is RFC 9110's, section 10.2.3; the others are those of draft-ietf-httpapi-ratelimit-headers-03.
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
