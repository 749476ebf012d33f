"""What the front door answers."""

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


def test_the_run_says_where_and_who(stack: Stack) -> None:
    assert f"http://localhost:{stack.port}" in stack.startup_output
    for name in ("admin", "alice", "bob"):
        assert f"{name}@demo.test" in stack.startup_output


def test_it_is_healthy(visitor: Visitor) -> None:
    assert visitor.get("/health")["status"] == "healthy"


def test_a_member_signs_in(alice: Member) -> None:
    assert alice.get("/auth/me").status == 200


def test_without_a_token_nobody_gets_in(visitor: Visitor) -> None:
    answer = visitor.get("/appointments")
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_address_that_is_not_there_is_not_found(visitor: Visitor) -> None:
    answer = visitor.get("/no/such/thing")
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/health", "/no/such/thing"])
def test_every_answer_has_an_id_and_the_security_headers(path: str, visitor: Visitor) -> None:
    headers = visitor.get(path).headers
    assert headers["x-request-id"]
    for name in SECURITY_HEADERS:
        assert name.lower() in headers


def test_what_is_not_json_is_refused(visitor: Visitor) -> None:
    answer = visitor.send("POST", "/auth/signin", raw=b'{"email": ')
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")


def test_what_is_not_even_text_is_refused(visitor: Visitor) -> None:
    answer = visitor.send("POST", "/auth/signin", raw=bytes(range(256)))
    assert answer.status in {400, 422}


@pytest.mark.parametrize("size", [65 * 1024, 11 * 1024 * 1024])
def test_a_body_may_have_64_kib(size: int, visitor: Visitor) -> None:
    answer = visitor.send("POST", "/auth/signin", raw=b'"' + b"x" * size + b'"')
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", DAMAGED_PATHS)
def test_no_address_breaks_anything(path: str, alice: Member, stack: Stack) -> None:
    assert alice.get(path).status < 500
    assert fetch(stack, path).status < 500


def test_another_tenants_things_are_not_there(visitor: Visitor, appointment: str) -> None:
    eve = visitor.signs_up("Elsewhere")
    assert eve.get(f"/appointments/{appointment}").status == 404
    assert eve.acquires(appointment).status == 404


@pytest.mark.parametrize("path", ["/", "/sign-in", "/appointments/1"])
def test_a_page_is_the_app(path: str, stack: Stack) -> None:
    answer = fetch(stack, path)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_file_that_is_not_there_is_not_the_app(stack: Stack) -> None:
    assert fetch(stack, "/assets/none.js").status == 404
