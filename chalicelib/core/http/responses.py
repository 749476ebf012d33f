"""Responses: JSON, files and problems."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from chalice.app import Response

from chalicelib.core.dynamodb.retries import is_contention
from chalicelib.core.http.errors import InternalError, Problem, Unavailable
from chalicelib.core.http.schema import to_json

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

Headers = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class FileResponse:
    """A text file to download, sent as UTF-8.

    `content_type` is the whole header (`text/calendar; charset=utf-8`), `filename` the suggested name.
    """

    content_type: str
    content: str
    filename: str

    @property
    def headers(self) -> Headers:
        """The file's type, and its name in both forms of RFC 6266, section 4.3.

        The first is for old browsers.
        """
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", self.filename)
        disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.filename, safe='')}"
        return {"Content-Type": self.content_type, "Content-Disposition": disposition}


def to_response(result: object, status: int) -> Response:
    """Return a handler's result as a response: a file as it is, all else as JSON."""
    if isinstance(result, FileResponse):
        return Response(result.content, result.headers, status)
    return Response(to_json(result), {"Content-Type": JSON}, status)


def problem_response(problem: Problem) -> Response:
    """Return the `application/problem+json` response of a problem."""
    headers: Headers = {"Content-Type": PROBLEM_JSON, **problem.headers}
    return Response(to_json(problem.to_body()), headers, problem.status)


def to_problem(error: Exception) -> Problem:
    """Return the problem that a client sees of an unexpected error.

    It discloses nothing of the cause.
    """
    if is_contention(error):
        return Unavailable("We are very busy at the moment; please try again.")
    return InternalError("Something went wrong on our side; look whether it was saved before you try again.")
