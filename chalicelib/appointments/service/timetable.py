"""Whose time an appointment takes, and what becomes of it when the appointment changes."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from chalicelib.appointments.model import OCCUPYING, Appointment, Hold, StoredAppointment
from chalicelib.core import keys
from chalicelib.core.errors import Fault, Invalid
from chalicelib.scheduling.model import Doctor, Service, Setup, Span
from chalicelib.scheduling.model.cells import CellsTaken, Claim, Collision, Occupant, Occupation, SlotTaken, Taken
from chalicelib.scheduling.service import cells, practice, search

# A transaction has a hundred parts; a save or a booking has up to four beside the hours that it changes.
MOST_SHEETS = 96


@dataclass(frozen=True, slots=True)
class Timetable:
    """A practice as it is set up, and the instant at which its time is asked for."""

    tenant_id: str
    setup: Setup
    now: datetime

    def claim(self, after: Appointment, before: StoredAppointment | None = None) -> Claim | None:
        """What an appointment takes and gives back by being as it is `after`; None if nothing of that changes.

        One that stays with its doctor, service and time keeps what it was booked with, whatever became of buffers
        and rooms since.

        Raises:
            CellsTaken: a room or a device that it needs is not free.
            Invalid: it would take too long, or more hours at once than one transaction can change.
        """
        old = before.occupation if before else None
        if after.status not in OCCUPYING:
            return freeing(after, old)
        if before and old and _wanted(before.appointment) == _wanted(after):
            return None
        new = self._occupation(after, old)
        if before and new == old and _shown(before.appointment) == _shown(after):
            return None
        return fitting(Claim(Occupant(after.id, _shown(after)), new, old))

    def _occupation(self, after: Appointment, old: Occupation | None) -> Occupation:
        service = self.setup.services.get(after.service_id)
        if service is None:
            raise Invalid([Fault("serviceId", "is not a service of this practice")])
        return cells.occupation(
            self.tenant_id,
            self.setup,
            after.doctor_id,
            service,
            _shown(after),
            now=self.now,
            prefer=old.owners if old else (),
            mine=(after.id,),
        )

    def slot_taken(self, refusal: CellsTaken, wanted: Appointment | Hold, *, to_member: bool) -> SlotTaken:
        """The refusal of a time, with the next ones that are free."""
        alternatives = search.alternatives(
            self.tenant_id, self.setup, wanted.service_id, wanted.doctor_id, _shown(wanted).start, now=self.now
        )
        collided = [_collision(taken, to_member=to_member) for taken in refusal.taken]
        return SlotTaken(collided, alternatives)


def timetable(tenant_id: str, now: datetime) -> Timetable:
    """A practice as it is set up now; one query."""
    return Timetable(tenant_id, practice.setup_of(tenant_id), now)


def fitting(claim: Claim) -> Claim:
    """The claim, which one transaction can hold.

    Raises:
        Invalid: it cannot.
    """
    if len(claim.sheets()) > MOST_SHEETS:
        raise Invalid([Fault("endsAt", "makes it too long to be moved with all that it needs; enter it anew")])
    return claim


def freeing(after: Appointment, old: Occupation | None) -> Claim | None:
    """What an appointment gives back by taking no time any more."""
    return Claim(Occupant(after.id, _shown(after)), None, old) if old else None


def chosen(setup: Setup, doctor_id: str, service_id: str) -> tuple[Doctor, Service]:
    """A doctor and a service that one can choose.

    Raises:
        Invalid: naming the one that is not there, or not any more.
    """
    doctor, service = setup.doctors.get(doctor_id), setup.services.get(service_id)
    faults = []
    if doctor is None or doctor.archived:
        faults.append(Fault("doctorId", "is not a doctor of this practice"))
    if service is None or service.archived:
        faults.append(Fault("serviceId", "is not a service of this practice"))
    if doctor is None or service is None or faults:
        raise Invalid(faults)
    return doctor, service


def new_secret() -> str:
    """128 random bits: what makes a token unguessable."""
    return secrets.token_urlsafe(16)


def _shown(wanted: Appointment | Hold) -> Span:
    return wanted.shown if isinstance(wanted, Hold) else Span(wanted.starts_at, wanted.ends_at)


def _wanted(appointment: Appointment) -> tuple[str, str, Span]:
    return appointment.doctor_id, appointment.service_id, _shown(appointment)


def _collision(taken: Taken, *, to_member: bool) -> Collision:
    _, _, owner_id = taken.owner.partition("#")
    is_doctor = taken.owner == keys.doctor(owner_id)
    shows_appointment = to_member and taken.occupant.until is None
    return Collision(
        start=taken.span.start,
        end=taken.span.end,
        state=taken.occupant.state,
        doctor_id=owner_id if is_doctor else None,
        resource_id=None if is_doctor else owner_id,
        appointment_id=taken.occupant.id if shows_appointment else None,
    )
