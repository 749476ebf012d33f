"""HTTP responses of the API and the site."""

import pytest

from chalicelib.core.http.middleware import SECURITY_HEADERS
from tests.app_client.member import Member, Visitor
from tests.e2e.local_stack import fetch
from tests.stack import Stack

DAMAGED_PATHS = [
    "/%",
    "/%zz",
    "/%00",
    "/..%2f..%2fetc",
    "/a%2Fb",
    "//",
    "/appointments/%F0%28%8C%28",
    "/appointments/'",
    "/?%",
]


def test_startup_output_has_address_and_accounts(stack: Stack) -> None:
    assert f"http://localhost:{stack.port}" in stack.startup_output
    for name in ("admin", "alice", "bob"):
        assert f"{name}@demo.test" in stack.startup_output


def test_health_is_healthy(visitor: Visitor) -> None:
    assert visitor.get("/health")["status"] == "healthy"


def test_signed_in_member_gets_own_profile(alice: Member) -> None:
    assert alice.get("/auth/me").status == 200


def test_request_without_token_is_unauthenticated(visitor: Visitor) -> None:
    answer = visitor.get("/appointments")
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.headers["content-type"] == "application/problem+json"


def test_unknown_path_is_not_found(visitor: Visitor) -> None:
    answer = visitor.get("/no/such/thing")
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/health", "/no/such/thing"])
def test_response_has_request_id_and_security_headers(path: str, visitor: Visitor) -> None:
    headers = visitor.get(path).headers
    assert headers["x-request-id"]
    for name in SECURITY_HEADERS:
        assert name.lower() in headers


def test_malformed_json_is_a_bad_request(visitor: Visitor) -> None:
    answer = visitor.send("POST", "/auth/signin", raw=b'{"email": ')
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")


def test_binary_body_is_refused(visitor: Visitor) -> None:
    answer = visitor.send("POST", "/auth/signin", raw=bytes(range(256)))
    assert answer.status in {400, 422}


@pytest.mark.parametrize("size", [65 * 1024, 11 * 1024 * 1024])
def test_body_over_64_kib_is_too_large(size: int, visitor: Visitor) -> None:
    answer = visitor.send("POST", "/auth/signin", raw=b'"' + b"x" * size + b'"')
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", DAMAGED_PATHS)
def test_damaged_path_causes_no_server_error(path: str, alice: Member, stack: Stack) -> None:
    assert alice.get(path).status < 500
    assert fetch(stack, path).status < 500


def test_appointment_of_another_tenant_is_not_found(visitor: Visitor, appointment: str) -> None:
    eve = visitor.signs_up("Elsewhere")
    assert eve.get(f"/appointments/{appointment}").status == 404
    assert eve.acquires(appointment).status == 404


@pytest.mark.parametrize("path", ["/", "/sign-in", "/appointments/1"])
def test_page_path_serves_the_app(path: str, stack: Stack) -> None:
    answer = fetch(stack, path)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_missing_asset_is_not_found(stack: Stack) -> None:
    assert fetch(stack, "/assets/none.js").status == 404
