"""What a practice has set up, as others read it."""

from chalicelib.core.auth import Principal
from chalicelib.core.errors import Fault
from chalicelib.scheduling.model import BookingRules, Setup
from chalicelib.scheduling.store import practice

_NO_DOCTOR = Fault("doctorId", "is not a doctor of this practice")
_NO_SERVICE = Fault("serviceId", "is not a service of this practice")


def setup_of(tenant_id: str, *, consistent: bool = False) -> Setup:
    """All that a practice has set up, archived ones included; one query."""
    return practice.setup(tenant_id, consistent=consistent)


def faults_of_references(principal: Principal, doctor_id: str | None, service_id: str | None) -> list[Fault]:
    """The references, among those that are given, to what is not there; what is archived is."""
    no_doctor = doctor_id is not None and practice.find_doctor(principal.tenant_id, doctor_id) is None
    no_service = service_id is not None and practice.find_service(principal.tenant_id, service_id) is None
    return ([_NO_DOCTOR] if no_doctor else []) + ([_NO_SERVICE] if no_service else [])


def booking_rules(principal: Principal) -> BookingRules:
    """How the practice lets patients book; one call."""
    return setup_of(principal.tenant_id).rules


def set_booking_rules(admin: Principal, rules: BookingRules) -> BookingRules:
    """Let patients book by these rules from now on. One call.

    Raises:
        Forbidden: the caller is not an admin.
    """
    admin.require_admin()
    practice.put_rules(admin.tenant_id, rules)
    return rules
