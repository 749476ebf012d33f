"""What API Gateway answers by itself, without the app: the same problems in the same words."""

import json
from typing import Any

import pytest

from chalicelib.core.http import errors
from chalicelib.core.http.errors import Problem
from chalicelib.core.http.middleware import SECURITY_HEADERS
from infra.local.emulator_patches import gateway_responses
from tests.infra.conftest import Resources

Said = dict[str, dict[str, Any]]
PROBLEMS = {kind.code: kind for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code")}
# Bad bodies and bad parameters fall to DEFAULT_4XX, faults of authorisers and of the configuration to DEFAULT_5XX.
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
def said(resources: Resources) -> Said:
    """Each response by its type."""
    return gateway_responses(resources["RestAPI"]["Properties"])


def test_every_refusal_has_its_own_status_and_code(said: Said) -> None:
    assert {
        kind: (int(response["statusCode"]), _body(response)["code"]) for kind, response in said.items()
    } == EXPLICIT


def test_a_body_tells_the_status_that_is_sent(said: Said) -> None:
    assert {kind: _body(response)["status"] for kind, response in said.items()} == {
        kind: int(response["statusCode"]) for kind, response in said.items()
    }


def test_a_code_is_one_of_the_apps_and_means_the_same(said: Said) -> None:
    for body in map(_body, said.values()):
        expected = _problem(PROBLEMS[body["code"]])
        assert (body["type"], body["title"]) == (expected["type"], expected["title"])


def test_what_api_gateway_says_itself_has_the_apps_security_headers(said: Said) -> None:
    for response in said.values():
        sent = {
            name.removeprefix("gatewayresponse.header."): value.strip("'")
            for name, value in response["responseParameters"].items()
        }
        assert sent["Content-Type"] == "application/problem+json"
        # Which API Gateway has no way to write with its inner quotes.
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
