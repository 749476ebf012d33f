"""Opening a practice: what a new one begins with, so that its first patient can book at once."""

from typing import TYPE_CHECKING

from chalicelib.accounts.model import SignUp, Tenant, User
from chalicelib.accounts.service import sessions
from chalicelib.accounts.service.sessions import SignInResponse
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.scheduling.model import BookingRules, Doctor, Hours, Service, TenantSchedule
from chalicelib.scheduling.store import tenant_schedule

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_WEEKDAYS = range(1, 6)
_FIRST_SERVICE, _FIRST_MINUTES, _COLOUR = "Consultation", 30, "#4f46e5"


def sign_up_tenant(
    form: SignUp, *, clock: Clock = utc_now, ids: IdFactory = new_id, hasher: "PasswordHasher | None" = None
) -> SignInResponse:
    """Make a practice, its first admin and what it begins with, in one transaction, and sign the admin in.

    Raises:
        Invalid: the password is too weak, or another practice has the slug that was asked for.
        EmailTaken: the email has an account.
    """
    doctor_id, service_id = ids(), ids()

    def furnish(transaction: Transaction, tenant: Tenant, admin: User) -> None:
        tenant_schedule.add_schedule(
            transaction, tenant.id, initial_schedule(doctor_id, service_id, admin.name, tenant.time_zone)
        )

    return sessions.sign_up(form, add_initial_setup=furnish, clock=clock, ids=ids, hasher=hasher)


def initial_schedule(doctor_id: str, service_id: str, name: str, zone: str) -> TenantSchedule:
    """One service, and one doctor of this name with ordinary hours in this zone."""
    service = Service(service_id, _FIRST_SERVICE, _FIRST_MINUTES, 0, 0, None, _COLOUR)
    doctor = Doctor(
        id=doctor_id,
        name=name,
        time_zone=zone,
        specialty="",
        service_ids=[service_id],
        working_hours=[Hours(weekday, "09:00", "17:00") for weekday in _WEEKDAYS],
        breaks=[Hours(weekday, "12:00", "13:00") for weekday in _WEEKDAYS],
        exceptions=[],
    )
    return TenantSchedule({doctor_id: doctor}, {service_id: service}, {}, BookingRules())
