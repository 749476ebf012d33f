"""Visitors and members: what a person does at the app, on either transport."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.core.security.tokens import Principal, Role
from tests.app_client.response import Response
from tests.app_client.socket import Socket
from tests.app_client.transport import Transport


@dataclass
class Visitor:
    """A person without an account."""

    transport: Transport

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Response:
        """Send one request to the API; `raw` instead of a JSON body."""
        content = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        sent = {"Content-Type": "application/json", **self._authorization(), **(headers or {})}
        return self.transport.request(method, path, sent, content)

    def get(self, path: str) -> Response:
        return self.send("GET", path)

    def post(self, path: str, body: object = None) -> Response:
        return self.send("POST", path, body)

    def put(self, path: str, body: object = None) -> Response:
        return self.send("PUT", path, body)

    def patch(self, path: str, body: object = None) -> Response:
        return self.send("PATCH", path, body)

    def delete(self, path: str, body: object = None) -> Response:
        return self.send("DELETE", path, body)

    def opens_socket(self, ticket: str | None) -> Socket:
        """Open a WebSocket with this ticket. Raises `UpgradeRefused`."""
        return Socket(self.transport.connect(ticket))

    def watches_slots(self, slug: str) -> Socket:
        """Open a WebSocket on the public page of a practice."""
        answer = self.post(f"/public/{slug}/ws-ticket")
        assert answer.status == 200, answer.body
        return self.opens_socket(answer["ticket"])

    def signs_in(self, email: str, password: str) -> "Member":
        """Sign in, in a new tab."""
        answer = self.post("/auth/signin", {"email": email, "password": password})
        assert answer.status == 200, answer.body
        return self._member(answer)

    def signs_up(self, practice: str) -> "Member":
        """Open a practice of this name; return its first admin."""
        form = {
            "tenantName": practice,
            "timeZone": "Europe/Lisbon",
            "name": "Eve",
            "email": f"eve-{uuid.uuid4().hex}@example.test",
            "password": "correct horse battery",
        }
        answer = self.post("/auth/signup", form)
        assert answer.status == 201, answer.body
        return self._member(answer)

    def _member(self, answer: Response) -> "Member":
        user = answer["user"]
        profile = user["name"], user["email"], user["id"], user["tenantId"], user["role"]
        return Member(self.transport, *profile, answer["token"])

    def _authorization(self) -> dict[str, str]:
        return {}


@dataclass
class Member(Visitor):
    """A person with an account, in one browser tab."""

    name: str
    email: str
    member_id: str
    tenant_id: str
    role: Role
    token: str
    tab_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    lock_id: str = "none"

    @property
    def principal(self) -> Principal:
        """The member as services see them."""
        return Principal(self.tenant_id, self.member_id, self.email, self.name, self.role)

    def in_another_tab(self) -> "Member":
        """Return the same person in a second tab."""
        return replace(self, tab_id=uuid.uuid4().hex, lock_id="none")

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def acquires(self, appointment: str, **fields: object) -> Response:
        """Acquire the lock."""
        answer = self.post(f"/appointments/{appointment}/acquire-lock", {"sessionId": self.tab_id, **fields})
        if answer.status == 200:
            self.lock_id = answer["lock"]["lockId"]
        return answer

    def renews(self, appointment: str) -> Response:
        """Renew the lease."""
        return self.post(f"/appointments/{appointment}/renew-lock", {"lockId": self.lock_id})

    def releases(self, appointment: str, **fields: object) -> Response:
        """Release the lock."""
        return self.delete(f"/appointments/{appointment}/release-lock", {"lockId": self.lock_id, **fields})

    def moves_lock(self, appointment: str) -> Response:
        """Move the lock to this tab."""
        answer = self.post(f"/appointments/{appointment}/move-lock", {"sessionId": self.tab_id})
        if answer.status == 200:
            self.lock_id = answer["lock"]["lockId"]
        return answer

    def takes_over(self, appointment: str, **fields: object) -> Response:
        """Take the lock over, at its current version by default."""
        body = {
            "sessionId": self.tab_id,
            "reason": "urgent",
            **self._with_expected_version(appointment, fields),
        }
        answer = self.post(f"/appointments/{appointment}/admin-takeover", body)
        if answer.status == 200:
            self.lock_id = answer["lock"]["lockId"]
        return answer

    def force_releases(self, appointment: str, **fields: object) -> Response:
        """Force the release of the lock, at its current version by default."""
        body = {"reason": "gone home", **self._with_expected_version(appointment, fields)}
        return self.delete(f"/appointments/{appointment}/force-release-lock", body)

    def _with_expected_version(self, appointment: str, fields: dict[str, object]) -> dict[str, object]:
        if "expectedVersion" in fields:
            return fields
        return {"expectedVersion": self.status(appointment)["version"], **fields}

    def requests_control(self, appointment: str, message: str = "May I?") -> Response:
        """Request control of the lock."""
        body = {"sessionId": self.tab_id, "message": message}
        return self.post(f"/appointments/{appointment}/request-control", body)

    def withdraws_request(self, appointment: str) -> Response:
        """Withdraw the request."""
        return self.delete(f"/appointments/{appointment}/request-control", {"sessionId": self.tab_id})

    def grants(self, appointment: str, **fields: object) -> Response:
        """Grant control to the first waiter."""
        return self._responds(appointment, grant=True, **fields)

    def denies(self, appointment: str, **fields: object) -> Response:
        """Deny control to the first waiter."""
        return self._responds(appointment, grant=False, **fields)

    def _responds(self, appointment: str, **fields: object) -> Response:
        return self.post(f"/appointments/{appointment}/respond-control", {"lockId": self.lock_id, **fields})

    def saves(self, appointment: str, version: int, **fields: object) -> Response:
        """Save the appointment."""
        return self.put(f"/appointments/{appointment}", {"version": version, "lockId": self.lock_id, **fields})

    def cancels(self, appointment: str, version: int, **fields: object) -> Response:
        """Cancel the appointment."""
        body = {"version": version, "lockId": self.lock_id, **fields}
        return self.post(f"/appointments/{appointment}/cancel", body)

    def revisions(self, appointment: str, query: str = "") -> Response:
        """List the revisions."""
        return self.get(f"/appointments/{appointment}/revisions?{query}")

    def restores(self, appointment: str, revision: object, version: int) -> Response:
        """Restore a revision."""
        body = {"version": version, "lockId": self.lock_id}
        return self.post(f"/appointments/{appointment}/revisions/{revision}/restore", body)

    def keeps_draft(self, appointment: str, base_version: int, **fields: object) -> Response:
        """Update the draft."""
        body = {"baseVersion": base_version, "fields": fields}
        return self.put(f"/appointments/{appointment}/draft", body)

    def draft(self, appointment: str) -> Response:
        """Get the draft."""
        return self.get(f"/appointments/{appointment}/draft")

    def discards_draft(self, appointment: str) -> Response:
        """Discard the draft."""
        return self.delete(f"/appointments/{appointment}/draft")

    def status(self, appointment: str) -> Response:
        """Get the lock's status."""
        return self.get(f"/appointments/{appointment}/lock-status")

    def deactivates(self, member: "Member") -> Response:
        """Deactivate another member."""
        return self.delete(f"/users/{member.member_id}")

    def ticket(self) -> str:
        """Ask for a ticket, which opens one WebSocket."""
        answer = self.post("/auth/ws-ticket", {"sessionId": self.tab_id})
        assert answer.status == 200, answer.body
        return str(answer["ticket"])

    def connects(self) -> Socket:
        """Open a WebSocket with a fresh ticket."""
        return self.opens_socket(self.ticket())

    def watches(self, appointment: str) -> Socket:
        """Open a WebSocket on which the snapshot of this appointment has come."""
        socket = self.connects()
        socket.sends({"action": "subscribe", "appointmentId": appointment})
        socket.expects("snapshot")
        return socket
