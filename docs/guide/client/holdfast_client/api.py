"""HTTP requests of one member: sign-in, refresh, tickets and any other request.

Exception
├── Unreachable          no response; try again later
└── Refused              an error response: status, and the problem's `code` and `detail`
    └── SignInRefused    wrong email or password, or a deactivated account
"""

import json
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import urllib3

UNAUTHORIZED = 401
_FIRST_ERROR = 400
# Fraction of its lifetime after which a token is exchanged.
_REFRESH_AFTER = 0.9
_TIMEOUT_SECONDS = 10.0


class Unreachable(Exception):
    """The server did not respond."""


class Refused(Exception):
    """An error response. `code` is stable (`NOT_FOUND`, `LOCKED`, …); `problem` is the whole body (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after_seconds: float = 0.0) -> None:
        self.status = status
        self.problem = dict(problem)
        self.code: str = problem.get("code", "")
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"{status} {self.code}: {problem.get('detail') or problem.get('title') or 'refused'}")


class SignInRefused(Refused):
    """Wrong email or password, or a deactivated account."""


class Api:
    """Requests as one member, at `origin` (`https://holdfast.example`). Safe to share among threads.

    The password stays in memory: a sign-in lasts twelve hours, a program may run for longer.
    """

    def __init__(self, origin: str, email: str, password: str) -> None:
        self.origin = origin.rstrip("/")
        # Names this program as a tab: `sessionId` on the wire, the owner of the locks that it takes.
        self.tab_id = uuid.uuid4().hex
        self._email = email
        self._password = password
        self._token = ""
        self._renew_at = 0.0
        self._signing_in = threading.Lock()
        self._pool = urllib3.PoolManager(maxsize=8, retries=False, timeout=_TIMEOUT_SECONDS)

    @property
    def websocket(self) -> str:
        """Address of the WebSocket, without a ticket."""
        return self.origin.replace("http", "ws", 1) + "/ws"

    def sign_in(self) -> None:
        """Sign in with the password. Every other method does so when it must.

        Raises:
            SignInRefused: the email or the password is wrong, or the member was deactivated.
        """
        try:
            self._keep(self._send("POST", "/auth/signin", {"email": self._email, "password": self._password}))
        except Refused as refused:
            if refused.status != UNAUTHORIZED:
                raise
            raise SignInRefused(refused.status, refused.problem) from None

    def ticket(self) -> str:
        """Get a ticket that opens one WebSocket, once, within 30 seconds."""
        return str(self.request("POST", "/auth/ws-ticket", {"sessionId": self.tab_id})["ticket"])

    def request(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Send any request of the API (`GET`, `/appointments?limit=10`) and return the JSON of its response.

        Raises:
            Refused: the response is an error.
            SignInRefused: the sign-in has ended, and a new one is refused.
            Unreachable: there is no response.
        """
        token = self._valid_token()
        try:
            return self._send(method, path, body, token)
        except Refused as refused:
            if refused.status != UNAUTHORIZED:
                raise
        # The token ended early: the signing keys were rotated, or the member was deactivated.
        return self._send(method, path, body, self._valid_token(instead_of=token))

    def _valid_token(self, instead_of: str | None = None) -> str:
        with self._signing_in:
            if not self._token or self._token == instead_of:
                self.sign_in()
            elif time.monotonic() >= self._renew_at:
                self._refresh()
            return self._token

    def _refresh(self) -> None:
        try:
            self._keep(self._send("POST", "/auth/refresh", None, self._token))
        except Refused as refused:
            if refused.status != UNAUTHORIZED:
                raise
            self.sign_in()

    def _keep(self, session: Mapping[str, Any]) -> None:
        self._token = session["token"]
        life = datetime.fromisoformat(session["expiresAt"]) - datetime.now(UTC)
        self._renew_at = time.monotonic() + life.total_seconds() * _REFRESH_AFTER

    def _send(self, method: str, path: str, body: object, token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        payload = None if body is None else json.dumps(body).encode()
        try:
            response = self._pool.request(method, f"{self.origin}/api{path}", body=payload, headers=headers)
        except urllib3.exceptions.HTTPError as failure:
            raise Unreachable(f"{self.origin} does not answer: {failure}") from failure
        content = _json(response.data)
        if response.status >= _FIRST_ERROR:
            _raise_refused(response, content)
        return content


def _raise_refused(response: urllib3.BaseHTTPResponse, problem: Mapping[str, Any]) -> NoReturn:
    seconds = response.headers.get("Retry-After", "")
    raise Refused(response.status, problem, float(seconds) if seconds.isdigit() else 0.0)


def _json(data: bytes) -> dict[str, Any]:
    """Return the JSON object of a response; empty for anything else, such as a proxy's error page."""
    try:
        content = json.loads(data)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
