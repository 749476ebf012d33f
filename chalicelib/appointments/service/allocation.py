"""Whose time an appointment takes, and what becomes of it when the appointment changes."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from chalicelib.appointments.model import OCCUPYING, Appointment, AppointmentRecord, Hold
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
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.service.allocation import choose_allocation
from chalicelib.scheduling.service.search import find_alternatives
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# A transaction has a hundred parts; a save or a booking has up to four beside the hours that it changes.
MAX_HOUR_BUCKETS = 96


@dataclass(frozen=True, slots=True)
class AppointmentAllocator:
    """A practice as it is set up, and the instant at which its time is asked for."""

    tenant_id: str
    setup: TenantSchedule
    now: datetime

    def allocation_change(
        self, after: Appointment, before: AppointmentRecord | None = None
    ) -> AllocationChange | None:
        """What an appointment takes and gives back by being as it is `after`; None if nothing of that changes.

        One that stays with its doctor, service and time keeps what it was booked with, whatever became of buffers
        and rooms since.

        Raises:
            CellsTaken: a room or a device that it needs is not free.
            Invalid: it would take too long, or more hours at once than one transaction can change.
        """
        old = before.allocation if before else None
        if after.status not in OCCUPYING:
            return release_allocation(after, old)
        if before and old and _requested_slot(before.appointment) == _requested_slot(after):
            return None
        new = self._allocate(after, old)
        if before and new == old and _visible_span(before.appointment) == _visible_span(after):
            return None
        return require_fits_transaction(AllocationChange(Reservation(after.id, _visible_span(after)), new, old))

    def _allocate(self, after: Appointment, old: Allocation | None) -> Allocation:
        service = self.setup.services.get(after.service_id)
        if service is None:
            raise ValidationFailed([FieldError("serviceId", "is not a service of this practice")])
        return choose_allocation(
            self.tenant_id,
            self.setup,
            after.doctor_id,
            service,
            _visible_span(after),
            now=self.now,
            preferred_owners=old.owners if old else (),
            owned_ids=(after.id,),
        )

    def slot_taken(self, refusal: AllocationRefused, wanted: Appointment | Hold, *, for_member: bool) -> SlotTaken:
        """The refusal of a time, with the next ones that are free."""
        alternatives = find_alternatives(
            self.tenant_id,
            self.setup,
            wanted.service_id,
            wanted.doctor_id,
            _visible_span(wanted).start,
            now=self.now,
        )
        collided = [_to_collision(taken, for_member=for_member) for taken in refusal.conflicts]
        return SlotTaken(collided, alternatives)


def allocator_for(tenant_id: str, now: datetime) -> AppointmentAllocator:
    """A practice as it is set up now; one query."""
    return AppointmentAllocator(tenant_id, load_schedule(tenant_id), now)


def require_fits_transaction(claim: AllocationChange) -> AllocationChange:
    """The claim, which one transaction can hold.

    Raises:
        Invalid: it cannot.
    """
    if len(claim.hour_changes()) > MAX_HOUR_BUCKETS:
        raise ValidationFailed(
            [FieldError("endsAt", "makes it too long to be moved with all that it needs; enter it anew")]
        )
    return claim


def release_allocation(after: Appointment, old: Allocation | None) -> AllocationChange | None:
    """What an appointment gives back by taking no time any more."""
    return AllocationChange(Reservation(after.id, _visible_span(after)), None, old) if old else None


def require_bookable(setup: TenantSchedule, doctor_id: str, service_id: str) -> tuple[Doctor, Service]:
    """A doctor and a service that one can choose.

    Raises:
        Invalid: naming the one that is not there, or not any more.
    """
    doctor, service = setup.doctors.get(doctor_id), setup.services.get(service_id)
    faults = []
    if doctor is None or doctor.archived:
        faults.append(FieldError("doctorId", "is not a doctor of this practice"))
    if service is None or service.archived:
        faults.append(FieldError("serviceId", "is not a service of this practice"))
    if doctor is None or service is None or faults:
        raise ValidationFailed(faults)
    return doctor, service


def new_secret() -> str:
    """128 random bits: what makes a token unguessable."""
    return secrets.token_urlsafe(16)


def _visible_span(wanted: Appointment | Hold) -> Span:
    return wanted.span if isinstance(wanted, Hold) else Span(wanted.starts_at, wanted.ends_at)


def _requested_slot(appointment: Appointment) -> tuple[str, str, Span]:
    return appointment.doctor_id, appointment.service_id, _visible_span(appointment)


def _to_collision(taken: AllocationConflict, *, for_member: bool) -> SlotConflict:
    kind, owner_id = taken.owner
    shows_appointment = for_member and taken.reservation.expires_at is None
    return SlotConflict(
        start=taken.span.start,
        end=taken.span.end,
        state=taken.reservation.state,
        doctor_id=owner_id if kind == "doctor" else None,
        resource_id=owner_id if kind == "resource" else None,
        appointment_id=taken.reservation.id if shows_appointment else None,
    )
