"""What a patient can do with their own appointment, by the token that they were given."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from pynamodb.transactions import TransactWrite

from chalicelib.accounts.service import practice as practice_service
from chalicelib.appointments.model import (
    PATIENT_ID,
    PRACTICE_ID,
    Appointment,
    AppointmentVersionMismatch,
    BeingEdited,
    Changes,
    Editor,
    NewTime,
    Status,
    StoredAppointment,
    TooLate,
    can_change,
    change_until,
    manage_token,
)
from chalicelib.appointments.model.calendar import (
    Visit,
    calendar_file,
    content_type,
    method_of,
    patients_event,
)
from chalicelib.appointments.model.managed import DoctorShown, Managed, PracticeShown, ServiceShown
from chalicelib.appointments.service.holds import require_offered
from chalicelib.appointments.service.saving import keeping_time
from chalicelib.appointments.service.timetable import Timetable, chosen, timetable
from chalicelib.appointments.store import record, revisions, saving
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.errors import Fault, Invalid, NotFound, Unavailable
from chalicelib.locking.service import fence

NO_BOOKING = "There is no booking at this address."
_ATTEMPTS = 3


def managed(token: str, *, clock: Clock = utc_now) -> Managed:
    """The appointment that a token is for; three reads, four if it has notes.

    Raises:
        NotFound: there is none.
    """
    tenant_id, stored = _find(token)
    return _shown(timetable(tenant_id, clock()), stored.appointment)


def calendar_of(token: str, *, clock: Clock = utc_now) -> tuple[str, str]:
    """The calendar file of the appointment that a token is for, and its content type; reads as for `managed`.

    Raises:
        NotFound: there is none.
    """
    found = managed(token, clock=clock)
    visit = Visit(found.practice.name, found.doctor.name, found.service.name)
    method = method_of(found.appointment.status, is_sent=False)
    file = calendar_file([patients_event(found.appointment, visit)], method)
    return file.decode(), content_type(method)


def reschedule(token: str, wanted: NewTime, *, clock: Clock = utc_now) -> Managed:
    """Move an appointment to another slot that is offered; its cells, old and new, in one transaction.

    Raises:
        NotFound: there is no such appointment.
        TooLate: the time for changes has passed.
        BeingEdited: a member has the lock.
        Invalid: the slot cannot be offered.
        SlotTaken: somebody else has it; the appointment stays where it is.
    """

    def move(table: Timetable, found: Appointment) -> Changes:
        doctor, service = chosen(table.setup, wanted.doctor_id or found.doctor_id, found.service_id)
        if (doctor.id, wanted.start) == (found.doctor_id, found.starts_at):
            raise Invalid([Fault("start", "is when the appointment is already")])
        lasts = found.ends_at - found.starts_at
        # As long as it is by now, which members may have changed.
        as_long = replace(service, duration_minutes=-(-lasts // timedelta(minutes=1)))
        require_offered(table, doctor, as_long, wanted.start)
        changes = {"starts_at": wanted.start, "ends_at": wanted.start + lasts}
        return changes if doctor.id == found.doctor_id else {**changes, "doctor_id": doctor.id}

    return _change(token, move, clock=clock)


def cancel_by_patient(token: str, reason: str | None = None, *, clock: Clock = utc_now) -> Managed:
    """Call an appointment off, which frees its time; to do so again is no error.

    Raises:
        NotFound, TooLate, BeingEdited: as for `reschedule`.
    """
    return _change(token, lambda *_: {"status": "cancelled"}, ends_as="cancelled", reason=reason, clock=clock)


def _change(
    token: str,
    change: Callable[[Timetable, Appointment], Changes],
    *,
    ends_as: Status | None = None,
    reason: str | None = None,
    clock: Clock,
) -> Managed:
    """Save what `change` says, once more for each change that came between; nothing if it is as it `ends_as`."""
    for _ in range(_ATTEMPTS):
        tenant_id, stored = _find(token)
        found, table = stored.appointment, timetable(tenant_id, clock())
        if found.status == ends_as:
            return _shown(table, found)
        if not can_change(found, table.setup.rules, table.now):
            raise TooLate(change_until(found, table.setup.rules))
        changes = change(table, found)
        editor = Editor(PATIENT_ID, found.patient.name)
        edit = saving.Edit(found.version, changes, editor, table.now, reason=reason)
        try:
            _save(tenant_id, found, edit)
        except AppointmentVersionMismatch:
            continue
        after = replace(found, **cast("dict[str, Any]", changes), version=found.version + 1, updated_at=table.now)
        return _shown(table, replace(after, updated_by=editor))
    raise Unavailable("This appointment is in great demand at the moment; please try again.")


def _save(tenant_id: str, found: Appointment, edit: saving.Edit) -> None:
    def add_fence(write: TransactWrite) -> None:
        fence.add_open_fence(write, tenant_id, found.id, edit.now)

    def attempt(claimed: saving.Edit) -> None:
        try:
            saving.save(tenant_id, found.id, claimed, add_fence=add_fence)
        except saving.SaveRefused as refusal:
            if refusal.fence_failed:
                raise BeingEdited("Please try again in a few minutes, or call the practice.") from None
            if refusal.is_other or refusal.taken is None:
                raise AppointmentVersionMismatch(refusal.current or found) from None
            raise refusal.taken from None

    keeping_time(tenant_id, found.id, edit, attempt, to_member=False)


def _find(token: str) -> tuple[str, StoredAppointment]:
    named = manage_token.read(token)
    stored = record.find_stored(named.tenant_id, named.appointment_id, consistent=True)
    secret = stored.manage_secret if stored else None
    if stored is None or secret is None or not hmac.compare_digest(secret.encode(), named.secret.encode()):
        raise NotFound(NO_BOOKING)
    return named.tenant_id, stored


def _shown(table: Timetable, found: Appointment) -> Managed:
    setup = table.setup
    tenant = practice_service.tenant_by_id(table.tenant_id)
    if tenant is None:
        raise NotFound(NO_BOOKING)
    doctor, service = setup.doctors.get(found.doctor_id), setup.services.get(found.service_id)
    minutes = (found.ends_at - found.starts_at) // timedelta(minutes=1)
    return Managed(
        _as_its_patient_knows_it(table.tenant_id, found, tenant.name),
        PracticeShown(tenant.name, tenant.slug, tenant.time_zone),
        DoctorShown(
            found.doctor_id,
            doctor.name if doctor else "",
            doctor.specialty if doctor else "",
            doctor.time_zone if doctor else found.time_zone,
        ),
        ServiceShown(found.service_id, service.name if service else found.title, minutes),
        can_change(found, setup.rules, table.now),
        change_until(found, setup.rules),
    )


def _as_its_patient_knows_it(tenant_id: str, found: Appointment, practice: str) -> Appointment:
    editor = found.updated_by if found.updated_by.user_id == PATIENT_ID else Editor(PRACTICE_ID, practice)
    notes = found.notes if found.notes and _are_the_patients(tenant_id, found) else ""
    return replace(found, notes=notes, updated_by=editor)


def _are_the_patients(tenant_id: str, found: Appointment) -> bool:
    """Whether the notes are what the patient wrote, who can do so once; one read."""
    return any(
        first.saved_by.user_id == PATIENT_ID and first.changes.get("notes") == found.notes
        for first in revisions.oldest_first(tenant_id, found.id, up_to=1)
    )
