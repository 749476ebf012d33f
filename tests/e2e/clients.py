"""Visitors, members and their sockets, over real HTTP and WebSockets."""

import itertools
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from socket import SHUT_RDWR
from typing import Any

import urllib3
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.app_client.response import Response
from tests.stack import Stack

PASSWORD = "demo-password"
# No patient of the demo, who are told of nothing that was there before them.
PATIENT = {"name": "Marta Nunes", "email": "marta-of-tests@patients.test"}
FRAME_SECONDS = 10.0
Frame = dict[str, Any]
# More than any service of the demo takes, buffers included.
A_YEAR, APART = timedelta(days=365), timedelta(hours=2)
_places = itertools.count()
_pool = urllib3.PoolManager(retries=False, timeout=30.0)


@dataclass
class Visitor:
    """Anyone at the front door."""

    stack: Stack
    authorization: dict[str, str] = field(default_factory=dict)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Response:
        """One request to the API; `raw` instead of a JSON body."""
        content = raw if raw is not None or body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **self.authorization, **(headers or {})}
        answer = _pool.request(method, self.stack.api + path, body=content, headers=sent)
        return Response.of(answer.status, dict(answer.headers), answer.data)

    def fetch(self, path: str) -> urllib3.BaseHTTPResponse:
        """A file or page of the site."""
        return _pool.request("GET", self.stack.origin + path)

    def signs_in(self, email: str) -> "Person":
        """The member with this address, in a new tab."""
        answer = self.send("POST", "/auth/signin", {"email": email, "password": PASSWORD})
        assert answer.status == 200, answer
        return Person(self.stack, {"Authorization": f"Bearer {answer['token']}"}, user=answer["user"])

    def signs_up(self, practice: str) -> "Person":
        """The first admin of a new practice."""
        form = {
            "tenantName": practice,
            "timeZone": "Europe/Lisbon",
            "name": "Eve",
            "email": f"eve-{uuid.uuid4().hex}@example.test",
            "password": "correct horse battery",
        }
        answer = self.send("POST", "/auth/signup", form)
        assert answer.status == 201, answer
        return Person(self.stack, {"Authorization": f"Bearer {answer['token']}"}, user=answer["user"])

    def ticket_of(self, slug: str) -> str:
        """What opens a WebSocket for somebody who looks at a practice's public page."""
        answer = self.send("POST", f"/public/{slug}/ws-ticket")
        assert answer.status == 200, answer
        return str(answer["ticket"])

    @contextmanager
    def socket(self, ticket: str | None = None) -> Iterator["Socket"]:
        """A connection opened with this ticket."""
        query = "" if ticket is None else f"?ticket={ticket}"
        with connect(self.stack.websocket + query, compression=None) as connection:
            yield Socket(connection)


@dataclass
class Person(Visitor):
    """A signed-in member in one tab."""

    user: dict[str, Any] = field(default_factory=dict)
    session_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def books(self) -> str:
        """Make an appointment like another one of the practice, at a time that nobody else has; its id."""
        example = self.send("GET", "/appointments?limit=1")["items"][0]
        fields = ("doctorId", "serviceId", "timeZone", "title", "notes")
        start = datetime.now(UTC) + A_YEAR + next(_places) * APART
        form = {name: example[name] for name in fields} | {"startsAt": start.isoformat(), "patient": PATIENT}
        answer = self.send("POST", "/appointments", form)
        assert answer.status == 201, answer
        return str(answer["id"])

    def ticket(self) -> str:
        """What opens one WebSocket."""
        answer = self.send("POST", "/auth/ws-ticket", {"sessionId": self.session_id})
        assert answer.status == 200, answer
        return str(answer["ticket"])

    @contextmanager
    def watches(self, appointment: str) -> Iterator["Socket"]:
        """A socket on which the snapshot of this appointment has come."""
        with self.socket(self.ticket()) as socket:
            socket.sends(action="subscribe", appointmentId=appointment)
            socket.expects("snapshot")
            yield socket

    def acquires(self, appointment: str) -> Response:
        """Press Edit."""
        return self.send("POST", f"/appointments/{appointment}/acquire-lock", {"sessionId": self.session_id})

    def renews(self, appointment: str, lock_id: str) -> Response:
        """Go on typing."""
        return self.send("POST", f"/appointments/{appointment}/renew-lock", {"lockId": lock_id})

    def takes_over(self, appointment: str, version: int) -> Response:
        """Take somebody's lock, having seen this version of it."""
        body = {"sessionId": self.session_id, "reason": "urgent", "expectedVersion": version}
        return self.send("POST", f"/appointments/{appointment}/admin-takeover", body)

    def saves(self, appointment: str, lock: Mapping[str, Any], title: str) -> Response:
        """Press Save, having just read the appointment."""
        version = self.send("GET", f"/appointments/{appointment}")["version"]
        change = {"version": version, "lockId": lock["lockId"], "title": title}
        return self.send("PUT", f"/appointments/{appointment}", change)

    def releases(self, appointment: str, lock_id: str) -> Response:
        """Press Done."""
        return self.send("DELETE", f"/appointments/{appointment}/release-lock", {"lockId": lock_id})


@dataclass
class Socket:
    """One open connection."""

    connection: ClientConnection

    def sends(self, **frame: object) -> None:
        """A frame of the protocol."""
        self.connection.send(json.dumps(frame))

    def sends_text(self, text: str) -> None:
        """Any text at all."""
        self.connection.send(text)

    def vanishes(self) -> None:
        """The machine goes away; no close frame is sent."""
        self.connection.socket.shutdown(SHUT_RDWR)

    def expects(self, kind: str, *, within_seconds: float = FRAME_SECONDS, **fields: object) -> Frame:
        """The next frame of this type and with these fields; what came before it is let pass.

        Fails after ten seconds, unless it is said otherwise.
        """
        deadline = time.monotonic() + within_seconds
        passed = []
        while (left := deadline - time.monotonic()) > 0:
            try:
                frame: Frame = json.loads(self.connection.recv(timeout=left))
            except TimeoutError:
                break
            if frame["type"] == kind and fields.items() <= frame.items():
                return frame
            passed.append(frame["type"])
        raise AssertionError(f"no {kind} within {within_seconds:.0f} s, only {passed}")

    def is_closed(self) -> None:
        """The server hangs up; what it said before is let pass. Fails after ten silent seconds."""
        with suppress(ConnectionClosed):
            while True:
                self.connection.recv(timeout=FRAME_SECONDS)

    def expects_next(self, kind: str) -> None:
        """The very next frame is of this type."""
        frame: Frame = json.loads(self.connection.recv(timeout=FRAME_SECONDS))
        assert frame["type"] == kind, frame
