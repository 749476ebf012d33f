"""Sign-up of a tenant with an initial schedule, so that its first patient can book at once."""

from typing import TYPE_CHECKING

from chalicelib.accounts.model import Member, SignUp, Tenant
from chalicelib.accounts.service.sessions import SignInResponse
from chalicelib.accounts.service.sign_up import sign_up
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor, Hours
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.store import tenant_schedule as store

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_WEEKDAYS = range(1, 6)
_SERVICE_NAME, _SERVICE_MINUTES, _SERVICE_COLOR = "Consultation", 30, "#4f46e5"


def sign_up_tenant(
    form: SignUp, *, clock: Clock = utc_now, ids: IdFactory = new_id, hasher: "PasswordHasher | None" = None
) -> SignInResponse:
    """Create a tenant with its first admin and schedule, and sign the admin in.

    One transaction creates all of them.

    Raises:
        ValidationFailed: the password is too weak, or another tenant has the requested slug.
        EmailTaken: the email has an account.
    """
    doctor_id, service_id = ids(), ids()

    def add_initial_setup(transaction: Transaction, tenant: Tenant, admin: Member) -> None:
        schedule = initial_schedule(doctor_id, service_id, admin.name, tenant.time_zone)
        store.add_schedule(transaction, tenant.id, schedule)

    return sign_up(form, add_initial_setup=add_initial_setup, clock=clock, ids=ids, hasher=hasher)


def initial_schedule(doctor_id: str, service_id: str, doctor_name: str, time_zone: str) -> TenantSchedule:
    """Return a schedule with one service, one doctor and the default booking rules.

    The doctor has ordinary hours.
    """
    service = Service(service_id, _SERVICE_NAME, _SERVICE_MINUTES, 0, 0, None, _SERVICE_COLOR)
    doctor = Doctor(
        id=doctor_id,
        name=doctor_name,
        time_zone=time_zone,
        specialty="",
        service_ids=[service_id],
        working_hours=[Hours(weekday, "09:00", "17:00") for weekday in _WEEKDAYS],
        breaks=[Hours(weekday, "12:00", "13:00") for weekday in _WEEKDAYS],
        exceptions=[],
    )
    return TenantSchedule({doctor_id: doctor}, {service_id: service}, {}, BookingRules())
