"""Demo practice, created through the product's own use cases. For a local run only."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.accounts.model import DEMO_PASSWORD, SignUp
from chalicelib.accounts.service.members import add_member
from chalicelib.accounts.service.sign_up import is_slug_taken, sign_up
from chalicelib.appointments.model.appointment import AppointmentForm, Patient, Status
from chalicelib.appointments.service import creation
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor, DoctorForm, Hours
from chalicelib.scheduling.model.resource import ResourceForm, ResourceKind
from chalicelib.scheduling.model.service import Need, Service, ServiceForm
from chalicelib.scheduling.service.doctors import add_doctor
from chalicelib.scheduling.service.resources import add_resource
from chalicelib.scheduling.service.services import add_service
from chalicelib.scheduling.service.tenant_schedule import set_booking_rules

SLUG = "demo"
ZONE = "Europe/Lisbon"
STAFF: tuple[tuple[str, str, Literal["staff", "admin"]], ...] = (
    ("Alice Marques", "alice@demo.test", "staff"),
    ("Bob Okafor", "bob@demo.test", "staff"),
)
ADMIN = ("Dana Whitfield", "admin@demo.test")
SERVICES = (
    ServiceForm("First consultation", 45, 0, 10, "80.00", "#4f46e5"),
    ServiceForm("Follow-up", 20, 0, 5, "45.00", "#0f766e"),
    ServiceForm("Vaccination", 10, 0, 5, "25.00", "#b45309"),
    ServiceForm("Skin check", 30, 5, 5, "60.00", "#be185d"),
    ServiceForm("Physiotherapy session", 50, 5, 10, "55.00", "#0369a1"),
)
RESOURCES: tuple[tuple[str, ResourceKind], ...] = (
    ("Room 1", "room"),
    ("Room 2", "room"),
    ("Exercise room", "room"),
    ("Dermatoscope", "device"),
)
# The resources that can meet each need of a service.
NEEDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "Skin check": (("Room 1", "Room 2"), ("Dermatoscope",)),
    "Physiotherapy session": (("Exercise room",),),
}
RULES = BookingRules(minimum_notice_minutes=60, horizon_days=60, slot_step_minutes=15, change_cutoff_minutes=120)
DOCTORS = (
    ("Dr. Inês Carvalho", ZONE, "General practice", ("First consultation", "Follow-up", "Vaccination")),
    ("Dr. Tomás Ribeiro", ZONE, "Dermatology", ("First consultation", "Skin check", "Follow-up")),
    ("Dr. Amara Lindqvist", "Europe/Stockholm", "General practice, by video", ("Follow-up", "First consultation")),
    ("Jonas Weber", ZONE, "Physiotherapy", ("Physiotherapy session",)),
)
FIRST = ("Marta", "João", "Priya", "Elif", "Noah", "Sofia", "Mateus", "Hana", "Luca", "Beatriz", "Omar", "Clara")
LAST = ("Nunes", "Almeida", "Rao", "Demir", "Fischer", "Rossi", "Santos", "Kimura", "Haddad", "Pereira", "Lopes")
NOTES = (
    "",
    "Prefers to be called before the visit.",
    "Bring the results of the last blood test.",
    "Allergic to penicillin.",
    "Comes with an interpreter; allow a few more minutes.",
    "Asked for a window seat in the waiting room.",
)
# Booked share of past and of future time; one doctor always has free time.
PAST_SHARE, COMING_SHARE, SHARE_WITH_FREE_TIME = 0.7, 0.5, 0.15
DOCTOR_WITH_FREE_TIME = "Dr. Amara Lindqvist"
GRID = timedelta(minutes=15)
WORKDAY = tuple((time(hour), time(hour + 3)) for hour in (9, 14))
DAYS_AROUND = 7


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demo practice."""

    email: str
    role: str


SIGN_INS = (SignIn(ADMIN[1], "admin"), *(SignIn(email, role) for _, email, role in STAFF))


def seed(*, clock: Clock = utc_now) -> bool:
    """Create the demo practice if it is missing. Returns whether it was created."""
    if is_slug_taken(SLUG):
        return False
    session = sign_up(SignUp("Demo Practice", ZONE, *ADMIN, DEMO_PASSWORD, SLUG), clock=clock)
    user = session.user
    admin = Principal(user.tenant_id, user.id, user.email, user.name, user.role)
    for name, email, role in STAFF:
        add_member(admin, name, email, role, DEMO_PASSWORD)
    set_booking_rules(admin, RULES)
    services = _add_services(admin)
    chance = random.Random(20)  # noqa: S311 - the same practice for everyone
    for name, zone, specialty, offered in DOCTORS:
        offers = [services[title] for title in offered]
        doctor = add_doctor(admin, _doctor(name, zone, specialty, offers))
        _add_appointments(admin, doctor, offers, chance, clock())
    return True


def _add_services(admin: Principal) -> dict[str, Service]:
    """Add resources, then the services that need them. Returns the services by name."""
    made = [add_resource(admin, ResourceForm(name, kind)) for name, kind in RESOURCES]
    ids = {resource.name: resource.id for resource in made}
    forms = [
        replace(form, needs=[Need([ids[name] for name in any_of]) for any_of in NEEDS.get(form.name, ())])
        for form in SERVICES
    ]
    return {form.name: add_service(admin, form) for form in forms}


def _doctor(name: str, zone: str, specialty: str, offers: list[Service]) -> DoctorForm:
    return DoctorForm(
        name=name,
        time_zone=zone,
        specialty=specialty,
        service_ids=[service.id for service in offers],
        working_hours=[Hours(weekday, "09:00", "17:00") for weekday in range(1, 6)],
        breaks=[Hours(weekday, "12:00", "14:00") for weekday in range(1, 6)],
    )


def _add_appointments(
    admin: Principal, doctor: Doctor, offers: list[Service], chance: random.Random, now: datetime
) -> None:
    """Add appointments on every day of two weeks around today.

    There is always one to open.
    """
    zone = ZoneInfo(doctor.time_zone)
    today = now.astimezone(zone).date()
    for offset in range(-DAYS_AROUND, DAYS_AROUND + 1):
        share = _booked_share(doctor) if offset > 0 else PAST_SHARE
        for opens, closes in WORKDAY:
            day = today + timedelta(days=offset)
            free, end = (datetime.combine(day, wall, zone) for wall in (opens, closes))
            for service, start in consecutive_visits(offers, chance, free, end):
                if chance.random() < share:
                    is_past = start + timedelta(minutes=service.duration_minutes) < now
                    form = _appointment(doctor, service, start, chance, is_past=is_past)
                    creation.create(admin, form, patient_informed=True)


def _booked_share(doctor: Doctor) -> float:
    return SHARE_WITH_FREE_TIME if doctor.name == DOCTOR_WITH_FREE_TIME else COMING_SHARE


def consecutive_visits(
    offers: list[Service], chance: random.Random, free: datetime, end: datetime
) -> Iterator[tuple[Service, datetime]]:
    """Yield consecutive visits until the end, on the grid and with buffers between."""
    while True:
        service = chance.choice(offers)
        before, lasts, after = (
            timedelta(minutes=minutes)
            for minutes in (service.buffer_before_minutes, service.duration_minutes, service.buffer_after_minutes)
        )
        start = _round_up_to_grid(free + before)
        if start + lasts > end:
            return
        yield service, start
        free = start + lasts + after


def _round_up_to_grid(wall: datetime) -> datetime:
    """Return the next quarter of an hour."""
    return wall + -timedelta(minutes=wall.minute) % GRID


def _appointment(
    doctor: Doctor, service: Service, start: datetime, chance: random.Random, *, is_past: bool
) -> AppointmentForm:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    patient = Patient(
        name=f"{first} {last}",
        email=f"{_to_ascii(first)}.{_to_ascii(last)}@patients.test",
        phone=f"+351 2{chance.randrange(10**7, 10**8)}",
    )
    past: list[Status] = ["completed", "completed", "completed", "no_show", "cancelled"]
    coming: list[Status] = ["confirmed", "confirmed", "confirmed", "pending"]
    return AppointmentForm(
        doctor_id=doctor.id,
        service_id=service.id,
        patient=patient,
        starts_at=start,
        ends_at=start + timedelta(minutes=service.duration_minutes),
        status=chance.choice(past if is_past else coming),
        notes=chance.choice(NOTES),
    )


def _to_ascii(name: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


if __name__ == "__main__":
    print("The demo practice was created." if seed() else "The demo practice exists already.")
