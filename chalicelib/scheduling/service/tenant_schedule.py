"""A tenant's schedule as other use cases read it, and its booking rules."""

from chalicelib.core.http.errors import FieldError
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.tenant_schedule import UNKNOWN_DOCTOR, UNKNOWN_SERVICE
from chalicelib.scheduling.store import tenant_schedule as store
from chalicelib.scheduling.store.tenant_schedule import load_schedule

__all__ = ["get_booking_rules", "load_schedule", "reference_errors", "set_booking_rules"]


def reference_errors(principal: Principal, doctor_id: str | None, service_id: str | None) -> list[FieldError]:
    """Return errors for unknown doctor or service ids; archived ones are valid.

    One call for each id given.
    """
    tenant_id = principal.tenant_id
    errors = []
    if doctor_id is not None and store.find_entry(store.DOCTORS, tenant_id, doctor_id) is None:
        errors.append(UNKNOWN_DOCTOR)
    if service_id is not None and store.find_entry(store.SERVICES, tenant_id, service_id) is None:
        errors.append(UNKNOWN_SERVICE)
    return errors


def get_booking_rules(principal: Principal) -> BookingRules:
    """Return the rules by which patients book; one call."""
    return load_schedule(principal.tenant_id).rules


def set_booking_rules(admin: Principal, rules: BookingRules) -> BookingRules:
    """Replace the rules by which patients book; one call.

    Raises:
        Forbidden: the caller is not an admin.
    """
    admin.require_admin()
    store.put_entry(store.RULES, admin.tenant_id, rules)
    return rules
