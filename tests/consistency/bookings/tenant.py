"""A crowded tenant: few doctors, who share rooms and devices."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.model import SignUp
from chalicelib.accounts.service.sign_up import sign_up
from chalicelib.core.clock import new_id, utc_now
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import DoctorForm, Hours
from chalicelib.scheduling.model.resource import ResourceForm
from chalicelib.scheduling.model.service import Need, ServiceForm
from chalicelib.scheduling.service.doctors import add_doctor
from chalicelib.scheduling.service.resources import add_resource
from chalicelib.scheduling.service.services import add_service
from chalicelib.scheduling.service.tenant_schedule import set_booking_rules
from tests.consistency.seed import FAST_HASHER

# Longer than all clock jumps together.
_AHEAD = timedelta(days=3)
_STEP_MINUTES = 15
_ZONES = ("Europe/Lisbon", "America/New_York", "Asia/Kolkata")
_EVERY_DAY = [Hours(weekday, "00:00", "24:00") for weekday in range(1, 8)]


@dataclass(frozen=True)
class OfferedService:
    """A service: its minutes and buffers, and for each need the rooms or devices that meet it."""

    id: str
    minutes: int
    before: int
    after: int
    needs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class BookingTenant:
    """The tenant as clients know it. Starts are in steps from `opens` on, within `hours`."""

    tenant_id: str
    doctors: tuple[str, ...]
    services: tuple[OfferedService, ...]
    opens: datetime
    hours: int

    def starts(self) -> list[datetime]:
        """Return all starts that patients request, each of which is offered."""
        steps = self.hours * 60 // _STEP_MINUTES
        return [self.opens + timedelta(minutes=number * _STEP_MINUTES) for number in range(steps)]


def create_tenant(doctors: int, hours: int) -> BookingTenant:
    """Create the tenant. Doctors work day and night, so that each start is offered until it is taken."""
    form = SignUp("Crowded", "Europe/Lisbon", "Dana", f"{new_id()}@bookings.test", "correct horse battery")
    user = sign_up(form, hasher=FAST_HASHER).user
    admin = Principal(user.tenant_id, user.id, user.email, user.name, user.role)
    rules = BookingRules(minimum_notice_minutes=0, slot_step_minutes=_STEP_MINUTES, change_cutoff_minutes=0)
    set_booking_rules(admin, rules)
    rooms = tuple(add_resource(admin, ResourceForm(f"Room {one}")).id for one in range(2))
    devices = (add_resource(admin, ResourceForm("Scanner", "device")).id,)
    services = (
        _add_service(admin, 15, 0, 0),
        _add_service(admin, 30, 0, 5),
        _add_service(admin, 50, 10, 5, rooms, devices),
        _add_service(admin, 90, 15, 15, rooms),
    )
    offered = [service.id for service in services]
    ids = tuple(
        add_doctor(admin, DoctorForm(f"Dr. {one}", _ZONES[one % 3], "", offered, _EVERY_DAY)).id
        for one in range(doctors)
    )
    opens = (utc_now() + _AHEAD).replace(hour=6, minute=0, second=0, microsecond=0)
    return BookingTenant(user.tenant_id, ids, services, opens, hours)


def _add_service(
    admin: Principal, minutes: int, before: int, after: int, *needs: tuple[str, ...]
) -> OfferedService:
    form = ServiceForm(f"{minutes} minutes", minutes, before, after, needs=[Need(list(need)) for need in needs])
    return OfferedService(add_service(admin, form).id, minutes, before, after, needs)
