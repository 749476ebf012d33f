"""A practice and its people, talking to the app through its front doors."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import chalice.test
from argon2 import PasswordHasher

import app
from chalicelib.accounts.model import Member as AccountMember
from chalicelib.accounts.model import SignUp
from chalicelib.accounts.service.members import add_member
from chalicelib.accounts.service.sign_up import sign_up
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.security.tokens import Principal, Role, Session, issue_token
from tests.app_client.response import Response
from tests.app_client.socket import Socket

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)
# A password's hash is meant to be slow; a test that is not about passwords need not wait for it.
_FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_http = chalice.test.Client(app.app).http


def send(
    method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None, raw: bytes | None = None
) -> Response:
    """One HTTP request to the app."""
    content = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
    sent = {"Content-Type": "application/json", **(headers or {})}
    answer = _http.request(method, path, headers=sent, body=content)
    return Response.of(answer.status_code, answer.headers, answer.body)


@dataclass
class Member:
    """A person with an account, in one browser tab."""

    name: str
    email: str
    user_id: str
    tenant_id: str
    role: Role
    token: str
    session_id: str = field(default_factory=lambda: f"tab-{next(_numbers):016d}")
    lock_id: str = "none"

    @property
    def principal(self) -> Principal:
        """Who the services see."""
        return Principal(self.tenant_id, self.user_id, self.email, self.name, self.role)

    def in_another_tab(self) -> "Member":
        """The same person in a second tab."""
        return Member(self.name, self.email, self.user_id, self.tenant_id, self.role, self.token)

    def get(self, path: str) -> Response:
        return self._send("GET", path)

    def post(self, path: str, body: object = None) -> Response:
        return self._send("POST", path, body)

    def put(self, path: str, body: object = None) -> Response:
        return self._send("PUT", path, body)

    def patch(self, path: str, body: object = None) -> Response:
        return self._send("PATCH", path, body)

    def delete(self, path: str, body: object = None) -> Response:
        return self._send("DELETE", path, body)

    def _send(self, method: str, path: str, body: object = None) -> Response:
        return send(method, path, body, {"Authorization": f"Bearer {self.token}"})

    def acquires(self, appointment: str, **fields: object) -> Response:
        """Press Edit."""
        answer = self.post(f"/appointments/{appointment}/acquire-lock", {"sessionId": self.session_id, **fields})
        if answer.status == 200:
            self.lock_id = answer["lock"]["lockId"]
        return answer

    def renews(self, appointment: str) -> Response:
        """Go on typing."""
        return self.post(f"/appointments/{appointment}/renew-lock", {"lockId": self.lock_id})

    def releases(self, appointment: str, **fields: object) -> Response:
        """Press Done."""
        return self.delete(f"/appointments/{appointment}/release-lock", {"lockId": self.lock_id, **fields})

    def moves_lock(self, appointment: str) -> Response:
        """Take one's own lock to this tab."""
        answer = self.post(f"/appointments/{appointment}/move-lock", {"sessionId": self.session_id})
        if answer.status == 200:
            self.lock_id = answer["lock"]["lockId"]
        return answer

    def takes_over(self, appointment: str, **fields: object) -> Response:
        """Take somebody's lock, having just looked at it."""
        body = {
            "sessionId": self.session_id,
            "reason": "urgent",
            **self._with_expected_version(appointment, fields),
        }
        answer = self.post(f"/appointments/{appointment}/admin-takeover", body)
        if answer.status == 200:
            self.lock_id = answer["lock"]["lockId"]
        return answer

    def force_releases(self, appointment: str, **fields: object) -> Response:
        """Free somebody's lock, having just looked at it."""
        body = {"reason": "gone home", **self._with_expected_version(appointment, fields)}
        return self.delete(f"/appointments/{appointment}/force-release-lock", body)

    def _with_expected_version(self, appointment: str, fields: dict[str, object]) -> dict[str, object]:
        if "expectedVersion" in fields:
            return fields
        return {"expectedVersion": self.status(appointment)["version"], **fields}

    def asks_for_control(self, appointment: str, message: str = "May I?") -> Response:
        """Ask the holder, or get into line."""
        body = {"sessionId": self.session_id, "message": message}
        return self.post(f"/appointments/{appointment}/request-control", body)

    def asks_no_longer(self, appointment: str) -> Response:
        """Leave the line."""
        return self.delete(f"/appointments/{appointment}/request-control", {"sessionId": self.session_id})

    def grants(self, appointment: str, **fields: object) -> Response:
        """Say yes to the first in line."""
        return self._responds(appointment, grant=True, **fields)

    def denies(self, appointment: str, **fields: object) -> Response:
        """Say no to the first in line."""
        return self._responds(appointment, grant=False, **fields)

    def _responds(self, appointment: str, **fields: object) -> Response:
        return self.post(f"/appointments/{appointment}/respond-control", {"lockId": self.lock_id, **fields})

    def saves(self, appointment: str, version: int, **fields: object) -> Response:
        """Press Save."""
        return self.put(f"/appointments/{appointment}", {"version": version, "lockId": self.lock_id, **fields})

    def cancels(self, appointment: str, version: int, **fields: object) -> Response:
        """Call it off."""
        body = {"version": version, "lockId": self.lock_id, **fields}
        return self.post(f"/appointments/{appointment}/cancel", body)

    def revisions(self, appointment: str, query: str = "") -> Response:
        """Look at what was saved."""
        return self.get(f"/appointments/{appointment}/revisions?{query}")

    def restores(self, appointment: str, revision: object, version: int) -> Response:
        """Bring an earlier state back."""
        body = {"version": version, "lockId": self.lock_id}
        return self.post(f"/appointments/{appointment}/revisions/{revision}/restore", body)

    def keeps_draft(self, appointment: str, base_version: int, **fields: object) -> Response:
        """Type, without saving."""
        body = {"baseVersion": base_version, "fields": fields}
        return self.put(f"/appointments/{appointment}/draft", body)

    def draft(self, appointment: str) -> Response:
        """Ask for the unsaved text back."""
        return self.get(f"/appointments/{appointment}/draft")

    def discards_draft(self, appointment: str) -> Response:
        """Throw the unsaved text away."""
        return self.delete(f"/appointments/{appointment}/draft")

    def status(self, appointment: str) -> Response:
        """Look at the lock."""
        return self.get(f"/appointments/{appointment}/lock-status")

    def deactivates(self, member: "Member") -> Response:
        """End the account of one who has left."""
        return self.delete(f"/users/{member.user_id}")

    def connects(self) -> Socket:
        """Open a WebSocket with a fresh ticket."""
        ticket = self.post("/auth/ws-ticket", {"sessionId": self.session_id})["ticket"]
        return Socket.open(ticket)


class Practice:
    """A tenant with its members, one service, one doctor and as many appointments as a test asks for."""

    def __init__(self, name: str = "Riverside Clinic", *, clock: Clock = utc_now) -> None:
        number = next(_numbers)
        form = SignUp(name, "Europe/Lisbon", "Dana", f"dana{number}@riverside.test", PASSWORD)
        session = sign_up(form, clock=clock, hasher=_FAST_HASHER)
        self.tenant = session.tenant
        self._hours = itertools.count()
        self.admin = _member(session.user)
        service = self.admin.post("/services", {"name": "Check-up", "durationMinutes": 30})
        self.service_id: str = service["id"]
        doctor = {"name": "Dr. Nunes", "timeZone": "Europe/Lisbon", "serviceIds": [self.service_id]}
        self.doctor_id: str = self.admin.post("/doctors", doctor)["id"]

    def adds_member(self, name: str) -> Member:
        """Add a staff member, signed in."""
        email = f"{name.lower()}{next(_numbers)}@riverside.test"
        return _member(add_member(self.admin.principal, name, email, "staff", PASSWORD, hasher=_FAST_HASHER))

    def creates_appointment(self, **fields: object) -> str:
        """Enter an appointment; its id."""
        answer = self.admin.post("/appointments", self.appointment_form(**fields))
        assert answer.status == 201, answer.body
        created: str = answer["id"]
        return created

    def appointment_form(self, **fields: object) -> dict[str, object]:
        """A body that `POST /appointments` takes."""
        # Each has a time of its own, since nobody has two at once.
        start = utc_now() + timedelta(days=1, hours=next(self._hours))
        return {
            "doctorId": self.doctor_id,
            "serviceId": self.service_id,
            "patient": {"name": "Marta Nunes", "email": "marta@patients.test", "phone": "+351 210 000 000"},
            "startsAt": start.isoformat(),
            **fields,
        }


def _member(user: AccountMember) -> Member:
    principal = Principal(user.tenant_id, user.id, user.email, user.name, user.role)
    token, _ = issue_token(Session(principal, utc_now()))
    return Member(user.name, user.email, user.id, user.tenant_id, user.role, token)
