"""Problems of RFC 9457, and the documentation of their codes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from chalicelib.core.http import errors
from chalicelib.core.http.errors import Conflict, FieldError, NotFound, Problem, RateLimited, ValidationFailed
from chalicelib.core.http.responses import problem_response
from chalicelib.core.http.schema import to_json
from chalicelib.routes import ROUTES

ROOT = Path(app.__file__).parent
WRITTEN = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "chalicelib" / "core").glob("*.json")),
]


def kinds_of(problem: type[Problem]) -> Iterator[type[Problem]]:
    """Yield all subclasses of a problem."""
    for kind in problem.__subclasses__():
        yield kind
        yield from kinds_of(kind)


for route in ROUTES:  # which imports the problems of all packages
    route.load()
KINDS = sorted(kinds_of(Problem), key=lambda kind: kind.__name__)
CODES = sorted({kind.code for kind in KINDS})


@pytest.mark.parametrize("code", CODES)
def test_error_codes_are_documented(code: str) -> None:
    assert [path.name for path in WRITTEN if re.search(rf"\b{code}\b", path.read_text("utf-8"))]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.__module__ == errors.__name__])
def test_error_tree_shows_status_and_code_of_each(kind: type[Problem]) -> None:
    assert errors.__doc__ is not None
    assert re.search(rf"── {kind.__name__} +{kind.status} {kind.code}\b", errors.__doc__)


@pytest.mark.parametrize("kind", KINDS)
def test_problem_has_status_code_and_title(kind: type[Problem]) -> None:
    assert 400 <= kind.status <= 599
    assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", kind.code)
    assert kind.title


def test_package_errors_are_conflicts() -> None:
    of_packages = [kind for kind in KINDS if kind.__module__ != errors.__name__]

    assert of_packages
    assert all(issubclass(kind, Conflict) and kind.status == 409 for kind in of_packages)


def test_problem_body_has_members_of_rfc_9457() -> None:
    assert to_json(NotFound("There is no such thing.", hint="look").to_body()) == {
        "type": "urn:holdfast:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is no such thing.",
        "code": "NOT_FOUND",
        "hint": "look",
    }


def test_validation_problem_names_each_error() -> None:
    body = to_json(ValidationFailed([FieldError("a", "is required"), FieldError("b.0", "is too long")]).to_body())

    assert body["errors"] == [
        {"field": "a", "message": "is required"},
        {"field": "b.0", "message": "is too long"},
    ]
    assert body["detail"] == "a: is required; b.0: is too long"


def test_rate_limit_problem_has_retry_after() -> None:
    refusal = RateLimited("Wait 23 seconds.", limit=10, retry_after_seconds=23)

    assert refusal.headers == {
        "Retry-After": "23",
        "RateLimit-Limit": "10",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "23",
    }
    assert refusal.to_body()["retryAfter"] == 23


def test_problem_headers_are_in_the_response() -> None:
    answer = problem_response(RateLimited("Wait.", limit=10, retry_after_seconds=1))

    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem_response(NotFound("Not here.")).headers == {"Content-Type": "application/problem+json"}
