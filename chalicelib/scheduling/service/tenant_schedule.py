"""What a practice has set up, as others read it."""

from chalicelib.core.http.errors import FieldError
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model import BookingRules, TenantSchedule
from chalicelib.scheduling.store import tenant_schedule

_NO_DOCTOR = FieldError("doctorId", "is not a doctor of this practice")
_NO_SERVICE = FieldError("serviceId", "is not a service of this practice")


def load_schedule(tenant_id: str, *, consistent: bool = False) -> TenantSchedule:
    """All that a practice has set up, archived ones included; one query."""
    return tenant_schedule.load_schedule(tenant_id, consistent=consistent)


def reference_errors(principal: Principal, doctor_id: str | None, service_id: str | None) -> list[FieldError]:
    """The references, among those that are given, to what is not there; what is archived is."""
    no_doctor = doctor_id is not None and tenant_schedule.find_doctor(principal.tenant_id, doctor_id) is None
    no_service = service_id is not None and tenant_schedule.find_service(principal.tenant_id, service_id) is None
    return ([_NO_DOCTOR] if no_doctor else []) + ([_NO_SERVICE] if no_service else [])


def get_booking_rules(principal: Principal) -> BookingRules:
    """How the practice lets patients book; one call."""
    return load_schedule(principal.tenant_id).rules


def set_booking_rules(admin: Principal, rules: BookingRules) -> BookingRules:
    """Let patients book by these rules from now on. One call.

    Raises:
        Forbidden: the caller is not an admin.
    """
    admin.require_admin()
    tenant_schedule.put_rules(admin.tenant_id, rules)
    return rules
