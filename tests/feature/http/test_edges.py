"""Common headers of responses, and problems of invalid requests."""

import json
import re

import pytest

import app
from tests.app_client.member import Member
from tests.app_client.practice import send


def test_response_has_security_headers_and_request_id(alice: Member) -> None:
    for answer in (alice.get("/auth/me"), send("GET", "/auth/me"), send("GET", "/health")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"]
        assert answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-request-id"]


def test_allowed_origin_gets_cors_headers(alice: Member) -> None:
    headers = {"Authorization": f"Bearer {alice.token}", "Origin": "https://front.example"}

    for answer in (
        send("GET", "/auth/me", headers=headers),
        send("GET", "/doctors", headers=headers | {"Authorization": ""}),
    ):
        assert answer.headers["access-control-allow-origin"] == "https://front.example"
        assert answer.headers["vary"] == "Origin"


def test_other_origin_gets_no_cors_headers(alice: Member) -> None:
    headers = {"Authorization": f"Bearer {alice.token}", "Origin": "https://front.example.evil"}

    assert "access-control-allow-origin" not in send("GET", "/auth/me", headers=headers).headers


def test_each_path_answers_a_preflight() -> None:
    for path, methods in app.app.routes.items():
        asked = path.replace("{appointment_id}", "any")
        answer = send("OPTIONS", asked, headers={"Origin": "https://front.example"})
        assert answer.status == 204
        assert set(answer.headers["access-control-allow-methods"].split(", ")) == set(methods)
        assert "Authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "BAD_REQUEST"),
        (b"{", 400, "BAD_REQUEST"),
        (b"\xff\xfe", 400, "BAD_REQUEST"),
        (b'{"email": "\\ud800"}', 400, "BAD_REQUEST"),
        (b"[" * 5000, 400, "BAD_REQUEST"),
        (b"[]", 422, "VALIDATION"),
        (b"null", 422, "VALIDATION"),
        (b'{"email": 1, "password": []}', 422, "VALIDATION"),
        (json.dumps({"email": "x" * 65536}).encode(), 413, "PAYLOAD_TOO_LARGE"),
    ],
)
def test_invalid_body_is_explained(raw: bytes, status: int, code: str) -> None:
    answer = send("POST", "/auth/signin", raw=raw)

    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= set(answer.body)


def test_wrong_method_or_media_type_is_a_problem() -> None:
    wrong_method = send("PATCH", "/auth/signin", {})
    assert (wrong_method.status, wrong_method.code) == (405, "METHOD_NOT_ALLOWED")

    wrong_type = send("POST", "/auth/signin", raw=b"<a/>", headers={"Content-Type": "application/xml"})
    assert (wrong_type.status, wrong_type.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("name", ["x" * 2000, "..", "a b", "%00", "%23", "é"])
def test_invalid_id_is_not_found(alice: Member, name: str) -> None:
    assert alice.get(f"/appointments/{name}").status == 404


def test_health_is_reported() -> None:
    health = send("GET", "/health")

    assert health.status == 200
    assert health["status"] == "healthy"
    assert (health["database"], health["websocket"]) == ("reachable", "configured")


def test_api_descriptions_are_served() -> None:
    http, live = send("GET", "/openapi.json").body, send("GET", "/asyncapi.json").body

    assert "/appointments/{appointmentId}/acquire-lock" in http["paths"]
    assert live["components"]["messages"]["Snapshot"]["name"] == "snapshot"


def test_each_endpoint_is_described() -> None:
    described = send("GET", "/openapi.json")["paths"]

    for path, methods in app.app.routes.items():
        operations = described[re.sub(r"_(\w)", lambda letter: letter[1].upper(), path)]
        assert {method.lower() for method in methods} - {"options"} == set(operations)
