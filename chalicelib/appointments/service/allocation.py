"""Allocate time to appointments: choose it, change it with them, and release it."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.appointments.model.appointment import OCCUPYING_STATUSES, Appointment
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.scheduling.model.allocation import (
    Allocation,
    AllocationChange,
    AllocationConflict,
    AllocationRefused,
    Reservation,
    SlotConflict,
    SlotTaken,
)
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import UNKNOWN_DOCTOR, UNKNOWN_SERVICE, TenantSchedule
from chalicelib.scheduling.service.allocation import choose_allocation
from chalicelib.scheduling.service.search import find_alternatives
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# A transaction has up to 100 actions; a save or a booking needs up to four beside those of the hours.
MAX_HOUR_BUCKETS = 96


@dataclass(frozen=True, slots=True)
class AppointmentAllocator:
    """Allocates the time of one tenant's appointments, by its schedule at one instant."""

    tenant_id: str
    schedule: TenantSchedule
    now: datetime

    def allocation_change(
        self, after: Appointment, before: AppointmentRecord | None = None
    ) -> AllocationChange | None:
        """Return the change of allocated time that leads to `after`, if any.

        An appointment that keeps its doctor, service and time keeps its allocation, even if buffers or rooms were
        changed since.

        Raises:
            AllocationRefused: no room or device that it needs is free.
            ValidationFailed: it is too long, or changes more hours than fit one transaction.
        """
        old = before.allocation if before else None
        if after.status not in OCCUPYING_STATUSES:
            return release_allocation(after, old)
        if before and old and _requested_slot(before.appointment) == _requested_slot(after):
            return None
        new = self._allocate(after, old)
        if before and new == old and _visible_span(before.appointment) == _visible_span(after):
            return None
        return require_fits_transaction(AllocationChange(_reservation(after), new, old))

    def _allocate(self, after: Appointment, old: Allocation | None) -> Allocation:
        service = self.schedule.services.get(after.service_id)
        if service is None:
            raise ValidationFailed([UNKNOWN_SERVICE])
        return choose_allocation(
            self.tenant_id,
            self.schedule,
            after.doctor_id,
            service,
            _visible_span(after),
            now=self.now,
            preferred_owners=old.owners if old else (),
            owned_ids=(after.id,),
        )

    def slot_taken(
        self, refusal: AllocationRefused, service_id: str, doctor_id: str, start: datetime, *, for_member: bool
    ) -> SlotTaken:
        """Return the error for a taken time, with its conflicts and the next free times."""
        alternatives = find_alternatives(self.tenant_id, self.schedule, service_id, doctor_id, start, now=self.now)
        conflicts = [_to_slot_conflict(each, for_member=for_member) for each in refusal.conflicts]
        return SlotTaken(conflicts, alternatives)


def allocator_for(tenant_id: str, now: datetime) -> AppointmentAllocator:
    """Return the allocator of a tenant; one query."""
    return AppointmentAllocator(tenant_id, load_schedule(tenant_id), now)


def require_fits_transaction(change: AllocationChange) -> AllocationChange:
    """Require that one transaction can hold a change.

    Raises:
        ValidationFailed: it cannot.
    """
    if len(change.hour_changes()) > MAX_HOUR_BUCKETS:
        raise ValidationFailed(
            [FieldError("endsAt", "makes it too long to be moved with all that it needs; enter it anew")]
        )
    return change


def release_allocation(after: Appointment, old: Allocation | None) -> AllocationChange | None:
    """Return the change that releases an appointment's time, or None if it has none."""
    return AllocationChange(_reservation(after), None, old) if old else None


def require_bookable(schedule: TenantSchedule, doctor_id: str, service_id: str) -> tuple[Doctor, Service]:
    """Return a doctor and a service that can be booked.

    Raises:
        ValidationFailed: unknown or archived, naming each.
    """
    doctor, service = schedule.doctors.get(doctor_id), schedule.services.get(service_id)
    errors = []
    if doctor is None or doctor.archived:
        errors.append(UNKNOWN_DOCTOR)
    if service is None or service.archived:
        errors.append(UNKNOWN_SERVICE)
    if doctor is None or service is None or errors:
        raise ValidationFailed(errors)
    return doctor, service


def _visible_span(appointment: Appointment) -> Span:
    return Span(appointment.starts_at, appointment.ends_at)


def _reservation(appointment: Appointment) -> Reservation:
    return Reservation(appointment.id, _visible_span(appointment))


def _requested_slot(appointment: Appointment) -> tuple[str, str, Span]:
    return appointment.doctor_id, appointment.service_id, _visible_span(appointment)


def _to_slot_conflict(conflict: AllocationConflict, *, for_member: bool) -> SlotConflict:
    """Return a conflict in its public form.

    Only members see the id of the other appointment.
    """
    kind, owner_id = conflict.owner
    shows_appointment = for_member and conflict.reservation.expires_at is None
    return SlotConflict(
        start=conflict.span.start,
        end=conflict.span.end,
        state=conflict.reservation.state,
        doctor_id=owner_id if kind == "doctor" else None,
        resource_id=owner_id if kind == "resource" else None,
        appointment_id=conflict.reservation.id if shows_appointment else None,
    )
