"""Seeds tenants through the application's services, and supplies clocks and random numbers."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from chalicelib.accounts.model import SignUp
from chalicelib.accounts.service.sign_up import sign_up
from chalicelib.appointments.model.appointment import AppointmentForm, Patient
from chalicelib.appointments.service import creation
from chalicelib.core.clock import Clock, new_id, utc_now
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Tab
from chalicelib.scheduling.model.doctor import DoctorForm
from chalicelib.scheduling.model.service import ServiceForm
from chalicelib.scheduling.service.doctors import add_doctor
from chalicelib.scheduling.service.services import add_service

START = datetime(2030, 1, 7, 9, tzinfo=UTC)
ONE_HOUR = timedelta(hours=1)
# Password hashes are slow on purpose; these tests are not about passwords.
FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class SeededTenant:
    """A tenant with appointments that were never locked."""

    tenant_id: str
    appointments: list[str]

    def tab(self, member: str, name: str) -> Tab:
        """Return a tab of a member, both named by the test."""
        principal = Principal(self.tenant_id, member, f"{member}@contest.test", member.title(), "staff")
        return Tab(principal, f"{name:->16}")


def seed_tenant(appointments_wanted: int) -> SeededTenant:
    """Create a tenant with a doctor, a service and so many appointments."""
    form = SignUp("Contest", "Europe/Lisbon", "Dana", f"{new_id()}@contest.test", "correct horse battery")
    user = sign_up(form, hasher=FAST_HASHER).user
    admin = Principal(user.tenant_id, user.id, user.email, user.name, user.role)
    service = add_service(admin, ServiceForm("Check-up", 30))
    doctor = add_doctor(admin, DoctorForm("Dr. Nunes", "Europe/Lisbon"))
    patient = Patient("Marta Nunes", "marta@patients.test")
    starts = (START + number * ONE_HOUR for number in range(appointments_wanted))
    forms = (AppointmentForm(doctor.id, service.id, patient, start) for start in starts)
    made = [creation.create(admin, form) for form in forms]
    return SeededTenant(user.tenant_id, [appointment.id for appointment in made])


def skewed_clock(skew: timedelta) -> Clock:
    """Return a clock with this error."""
    return lambda: utc_now() + skew


def fixed_clock(instant: datetime) -> Clock:
    """Return a stopped clock."""
    return lambda: instant


def seeded_random(seed: object) -> random.Random:
    """Return repeatable random numbers."""
    return random.Random(str(seed))  # noqa: S311 - not for secrets
