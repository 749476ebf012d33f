"""Responses that are files."""

from chalice.app import Chalice
from chalice.test import Client

from chalicelib.core.http.middleware import register_routes
from chalicelib.core.http.requests import Request
from chalicelib.core.http.responses import FileResponse
from chalicelib.core.http.router import endpoint, routes_of
from infra import openapi

CALENDAR = FileResponse("text/calendar; charset=utf-8; method=PUBLISH", "BEGIN:VCALENDAR\r\n", "Consulta às 9.ics")
ROUTES = routes_of({__name__: {"GET /file": "get_file"}})


@endpoint(response="text/calendar", public=True)
def get_file(_: Request[None, None]) -> FileResponse:
    """Return a file."""
    return CALENDAR


def test_file_response_is_unchanged_with_security_headers() -> None:
    app = Chalice(app_name="files", configure_logs=False)
    register_routes(app, ROUTES)

    answer = Client(app).http.get("/file")

    assert answer.body == b"BEGIN:VCALENDAR\r\n"
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Consulta-s-9.ics\"; filename*=UTF-8''Consulta%20%C3%A0s%209.ics"
    )


def test_filename_cannot_inject_a_header() -> None:
    headers = FileResponse("text/csv", "", 'a"\r\nSet-Cookie: x').headers
    assert not set("\r\n") & set(str(headers["Content-Disposition"]))


def test_file_endpoint_describes_its_media_type() -> None:
    (route,) = ROUTES
    assert openapi.responses_of(route, {})["200"]["content"] == {"text/calendar": {"schema": {"type": "string"}}}
