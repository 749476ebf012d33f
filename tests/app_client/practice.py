"""A practice with members, on the app in this process."""

import itertools
from datetime import timedelta

from argon2 import PasswordHasher

from chalicelib.accounts.model import Member as AccountMember
from chalicelib.accounts.model import SignUp
from chalicelib.accounts.service.members import add_member
from chalicelib.accounts.service.sign_up import sign_up
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.security.tokens import Principal, Session, issue_token
from tests.app_client.in_process import InProcess
from tests.app_client.member import Member, Visitor

PASSWORD = "correct horse battery"
APP = InProcess()
send = Visitor(APP).send
_numbers = itertools.count(1)
# A password's hash is slow on purpose; a test that is not about passwords need not wait for it.
_FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Practice:
    """A tenant with members, a service, a doctor and appointments."""

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
        """Create an appointment; return its id."""
        answer = self.admin.post("/appointments", self.appointment_form(**fields))
        assert answer.status == 201, answer.body
        created: str = answer["id"]
        return created

    def appointment_form(self, **fields: object) -> dict[str, object]:
        """Return a valid body of `POST /appointments`."""
        # Each has its own time, since a doctor has one appointment at a time.
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
    return Member(APP, user.name, user.email, user.id, user.tenant_id, user.role, token)
