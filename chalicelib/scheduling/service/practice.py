"""Setting up a practice's doctors and services."""

from dataclasses import fields

from chalicelib.core.auth import Principal
from chalicelib.core.clock import Ids, new_id
from chalicelib.core.errors import Fault, Invalid
from chalicelib.scheduling import store
from chalicelib.scheduling.model import Doctor, DoctorForm, Service, ServiceForm, Setup, faults_of

_NO_DOCTOR = Fault("doctorId", "is not a doctor of this practice")
_NO_SERVICE = Fault("serviceId", "is not a service of this practice")


def setup_of(tenant_id: str, *, consistent: bool = False) -> Setup:
    """All that a practice has set up, archived ones included; one query."""
    return store.setup(tenant_id, consistent=consistent)


def add_doctor(admin: Principal, form: DoctorForm, *, ids: Ids = new_id) -> Doctor:
    """Add a doctor to the practice.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: naming every fault, services that do not exist included.
    """
    admin.require_admin()
    known = setup_of(admin.tenant_id, consistent=True).services
    faults = faults_of(form)
    faults += [
        Fault(f"serviceIds.{index}", "is not a service of this practice")
        for index, service_id in enumerate(form.service_ids)
        if service_id not in known
    ]
    if faults:
        raise Invalid(faults)
    doctor = Doctor(id=ids(), **{field.name: getattr(form, field.name) for field in fields(form)})
    store.put_doctor(admin.tenant_id, doctor)
    return doctor


def add_service(admin: Principal, form: ServiceForm, *, ids: Ids = new_id) -> Service:
    """Add a service to the practice.

    Raises:
        Forbidden: the caller is not an admin.
    """
    admin.require_admin()
    service = Service(id=ids(), **{field.name: getattr(form, field.name) for field in fields(form)})
    store.put_service(admin.tenant_id, service)
    return service


def list_doctors(principal: Principal) -> list[Doctor]:
    """The practice's doctors, by name."""
    return sorted(setup_of(principal.tenant_id).doctors.values(), key=lambda doctor: doctor.name)


def list_services(principal: Principal) -> list[Service]:
    """The practice's services, by name."""
    return sorted(setup_of(principal.tenant_id).services.values(), key=lambda service: service.name)


def find(principal: Principal, doctor_id: str, service_id: str) -> tuple[Doctor, Service]:
    """A doctor and a service of the practice.

    Raises:
        Invalid: naming the one that does not exist.
    """
    doctor = store.find_doctor(principal.tenant_id, doctor_id)
    service = store.find_service(principal.tenant_id, service_id)
    if doctor is None or service is None:
        raise Invalid(([] if doctor else [_NO_DOCTOR]) + ([] if service else [_NO_SERVICE]))
    return doctor, service


def faults_of_references(principal: Principal, doctor_id: str | None, service_id: str | None) -> list[Fault]:
    """The references, among those that are given, to what is not there."""
    no_doctor = doctor_id is not None and store.find_doctor(principal.tenant_id, doctor_id) is None
    no_service = service_id is not None and store.find_service(principal.tenant_id, service_id) is None
    return ([_NO_DOCTOR] if no_doctor else []) + ([_NO_SERVICE] if no_service else [])
