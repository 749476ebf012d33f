"""The HTTP side: signing in, staying signed in, tickets, and any other request.

Exception
├── Unreachable          no answer; try again later
└── Refused              an answer that says no: its status and the problem's `code` and `detail`
    └── SignInRefused    wrong email or password, or the account was ended
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
# A token is exchanged for a new one when so much of its life is over.
_MOST_OF_LIFE = 0.9
_TIMEOUT_SECONDS = 10.0


class Unreachable(Exception):
    """The server did not answer."""


class Refused(Exception):
    """The server said no. `code` is stable (`NOT_FOUND`, `LOCKED`, …), `problem` is all it said (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after_seconds: float = 0.0) -> None:
        self.status = status
        self.problem = dict(problem)
        self.code: str = problem.get("code", "")
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"{status} {self.code}: {problem.get('detail') or problem.get('title') or 'refused'}")


class SignInRefused(Refused):
    """There is no such member, or the password is another."""


class Api:
    """Signed in as one member, at `origin` (`https://holdfast.example`). Safe to share among threads.

    The password is kept in memory, because a sign-in lasts for twelve hours and a program may run for longer.
    """

    def __init__(self, origin: str, email: str, password: str) -> None:
        self.origin = origin.rstrip("/")
        # Names this program as a browser tab is named: a lock that it takes is this session's.
        self.session_id = uuid.uuid4().hex
        self._email = email
        self._password = password
        self._token = ""
        self._renew_at = 0.0
        self._signing_in = threading.Lock()
        self._pool = urllib3.PoolManager(maxsize=8, retries=False, timeout=_TIMEOUT_SECONDS)

    @property
    def websocket(self) -> str:
        """The WebSocket's address, without its ticket."""
        return self.origin.replace("http", "ws", 1) + "/ws"

    def sign_in(self) -> None:
        """Sign in with the password. Every other method does so by itself when it has to.

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
        """What opens one WebSocket, once, within half a minute."""
        return str(self.request("POST", "/auth/ws-ticket", {"sessionId": self.session_id})["ticket"])

    def request(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Any request of the API (`GET`, `/appointments?limit=10`); the JSON of its answer.

        Raises:
            Refused: the answer is an error.
            SignInRefused: we are not signed in any more, and cannot do so again.
            Unreachable: there is no answer.
        """
        token = self._valid_token()
        try:
            return self._send(method, path, body, token)
        except Refused as refused:
            if refused.status != UNAUTHORIZED:
                raise
        # The token ended before its time: the server's keys were changed, or the member was deactivated.
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
        self._renew_at = time.monotonic() + life.total_seconds() * _MOST_OF_LIFE

    def _send(self, method: str, path: str, body: object, token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        content = None if body is None else json.dumps(body).encode()
        try:
            answer = self._pool.request(method, f"{self.origin}/api{path}", body=content, headers=headers)
        except urllib3.exceptions.HTTPError as failure:
            raise Unreachable(f"{self.origin} does not answer: {failure}") from failure
        said = _json(answer.data)
        if answer.status >= _FIRST_ERROR:
            _refuse(answer, said)
        return said


def _refuse(answer: urllib3.BaseHTTPResponse, problem: Mapping[str, Any]) -> NoReturn:
    seconds = answer.headers.get("Retry-After", "")
    raise Refused(answer.status, problem, float(seconds) if seconds.isdigit() else 0.0)


def _json(data: bytes) -> dict[str, Any]:
    """An answer's object; empty if it has none, as when something between us and the server answered."""
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
