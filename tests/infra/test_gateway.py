"""Responses of API Gateway itself, which equal the app's problems."""

import json
from typing import Any

import pytest

from chalicelib.core.http import errors
from chalicelib.core.http.errors import Problem
from chalicelib.core.http.middleware import SECURITY_HEADERS
from infra.local.emulator_patches import gateway_responses
from tests.infra.conftest import Resources

GatewayResponses = dict[str, dict[str, Any]]
PROBLEMS = {kind.code: kind for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code")}
# Invalid bodies and parameters use DEFAULT_4XX, authoriser and configuration errors DEFAULT_5XX.
EXPLICIT = {
    "ACCESS_DENIED": (403, "FORBIDDEN"),
    "DEFAULT_4XX": (400, "BAD_REQUEST"),
    "DEFAULT_5XX": (500, "INTERNAL"),
    "EXPIRED_TOKEN": (403, "FORBIDDEN"),
    "INTEGRATION_FAILURE": (502, "UNAVAILABLE"),
    "INTEGRATION_TIMEOUT": (504, "UNAVAILABLE"),
    "INVALID_API_KEY": (403, "FORBIDDEN"),
    "INVALID_SIGNATURE": (403, "FORBIDDEN"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "NOT_FOUND"),
    "QUOTA_EXCEEDED": (429, "RATE_LIMITED"),
    "REQUEST_TOO_LARGE": (413, "PAYLOAD_TOO_LARGE"),
    "RESOURCE_NOT_FOUND": (404, "NOT_FOUND"),
    "THROTTLED": (429, "RATE_LIMITED"),
    "UNAUTHORIZED": (401, "UNAUTHENTICATED"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "UNSUPPORTED_MEDIA_TYPE"),
    "WAF_FILTERED": (403, "FORBIDDEN"),
}


@pytest.fixture
def responses(resources: Resources) -> GatewayResponses:
    """Return the gateway responses by type."""
    return gateway_responses(resources["RestAPI"]["Properties"])


def test_gateway_responses_have_status_and_code(responses: GatewayResponses) -> None:
    assert {
        kind: (int(response["statusCode"]), _body(response)["code"]) for kind, response in responses.items()
    } == EXPLICIT


def test_gateway_response_body_has_its_status(responses: GatewayResponses) -> None:
    assert {kind: _body(response)["status"] for kind, response in responses.items()} == {
        kind: int(response["statusCode"]) for kind, response in responses.items()
    }


def test_gateway_response_code_matches_the_app(responses: GatewayResponses) -> None:
    for body in map(_body, responses.values()):
        expected = _problem(PROBLEMS[body["code"]])
        assert (body["type"], body["title"]) == (expected["type"], expected["title"])


def test_gateway_responses_have_security_headers(responses: GatewayResponses) -> None:
    for response in responses.values():
        sent = {
            name.removeprefix("gatewayresponse.header."): value.strip("'")
            for name, value in response["responseParameters"].items()
        }
        assert sent["Content-Type"] == "application/problem+json"
        # API Gateway cannot write a header value with inner quotes.
        assert sent.pop("Content-Security-Policy") == "sandbox"
        assert (
            sent.items() >= {k: v for k, v in SECURITY_HEADERS.items() if k != "Content-Security-Policy"}.items()
        )


def _body(response: dict[str, Any]) -> dict[str, Any]:
    template = response["responseTemplates"]["application/json"]
    body: dict[str, Any] = json.loads(template.replace("$context.error.messageString", '"Not so."'))
    return body


def _problem(kind: type[Problem]) -> dict[str, object]:
    problem = kind.__new__(kind)
    Problem.__init__(problem, "")
    return problem.to_body()
