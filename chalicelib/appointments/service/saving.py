"""Changing an appointment: whatever the change is, it is one transaction behind the lock's fence."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from pynamodb.transactions import TransactWrite

from chalicelib.appointments.model import (
    OCCUPYING,
    TIMED,
    AppointmentVersionMismatch,
    Changes,
    SavedAppointment,
    faults_of,
)
from chalicelib.appointments.service.record import NO_APPOINTMENT, editor_of
from chalicelib.appointments.service.timetable import freeing, timetable
from chalicelib.appointments.store import record, saving
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.errors import Fault, Invalid, NotFound, Problem
from chalicelib.locking.service import fence
from chalicelib.scheduling.model.cells import CellsTaken, Claim
from chalicelib.scheduling.service import cells, practice

_NO_VERSION = 0


def save(
    principal: Principal,
    appointment_id: str,
    *,
    lock_id: str | None,
    version: int,
    changes: Changes,
    clock: Clock = utc_now,
) -> SavedAppointment:
    """Save the changed fields while the caller holds the lock; one transaction, and two reads before it where the
    change is one of time.

    Raises:
        LockRequired: no lock was named.
        LockLost: the lock that was named is not held any more; nothing was written.
        AppointmentVersionMismatch: somebody saved since `version`; nothing was written.
        Invalid: it would end before it starts, or there is no such doctor or service.
        SlotTaken: somebody else has the time; nothing was written.
        NotFound: there is no such appointment.
    """
    named = lock_named(principal, appointment_id, lock_id)
    if faults := faults_of_changes(principal, changes):
        raise Invalid(faults)
    edit = saving.Edit(version, changes, editor_of(principal), clock(), hands_in=True)
    return write(principal, appointment_id, named, edit)


def cancel(
    principal: Principal,
    appointment_id: str,
    *,
    lock_id: str | None,
    version: int,
    reason: str | None = None,
    clock: Clock = utc_now,
) -> SavedAppointment:
    """Call the appointment off while the caller holds the lock; one transaction.

    Raises:
        Invalid: it is cancelled already.
        LockRequired, LockLost, AppointmentVersionMismatch, NotFound: as for `save`.
    """
    named = lock_named(principal, appointment_id, lock_id)
    edit = saving.Edit(
        version,
        {"status": "cancelled"},
        editor_of(principal),
        clock(),
        reason=reason,
        unless_status="cancelled",
    )
    return write(principal, appointment_id, named, edit)


def lock_named(principal: Principal, appointment_id: str, lock_id: str | None) -> str:
    """The lock id that the caller sent.

    Raises:
        LockRequired: there is none.
        NotFound: nor is there such an appointment.
    """
    if lock_id is None:
        raise fence.required(principal, appointment_id)
    return lock_id


def faults_of_changes(principal: Principal, changes: Changes) -> list[Fault]:
    """What is wrong with changes, as far as it can be told without the record."""
    if not changes:
        return [Fault("body", "must change at least one field")]
    faults = faults_of(
        cast("datetime | None", changes.get("starts_at")), cast("datetime | None", changes.get("ends_at"))
    )
    doctor_id, service_id = changes.get("doctor_id"), changes.get("service_id")
    return faults + practice.faults_of_references(
        principal, cast("str | None", doctor_id), cast("str | None", service_id)
    )


def write(principal: Principal, appointment_id: str, lock_id: str, edit: saving.Edit) -> SavedAppointment:
    """Save an edit if the caller holds this lock; one transaction. It raises what `save` does."""

    def add_fence(write: TransactWrite) -> None:
        fence.add_fence(write, principal, appointment_id, lock_id, edit.now)

    def attempt(claimed: saving.Edit) -> None:
        try:
            saving.save(principal.tenant_id, appointment_id, claimed, add_fence=add_fence)
        except saving.SaveRefused as refusal:
            raise _why_not(principal, appointment_id, claimed, refusal) from None

    keeping_time(principal.tenant_id, appointment_id, edit, attempt, to_member=True)
    written = cast("dict[str, Any]", dict(edit.changes))
    return SavedAppointment(appointment_id, edit.version + 1, edit.now, edit.editor, **written)


def keeping_time(
    tenant_id: str,
    appointment_id: str,
    edit: saving.Edit,
    attempt: Callable[[saving.Edit], None],
    *,
    to_member: bool,
) -> None:
    """Make an edit, and with it the change of whose time is taken, if it is one of time.

    Raises:
        SlotTaken: somebody else has the time.
        Invalid: it would end before it starts, or take too long.
    """
    if not TIMED & edit.changes.keys():
        attempt(edit)
        return
    before = record.find_stored(tenant_id, appointment_id, consistent=True)
    # If it is not there, or at another version, the save is refused for the right reason: a lost lock comes first.
    # It must be, though it may come to be at this version by then: whose time it takes was not looked at.
    if before is None or before.appointment.version != edit.version:
        attempt(replace(edit, version=_NO_VERSION))
        return
    changes = cast("dict[str, Any]", dict(edit.changes))
    after = replace(before.appointment, **changes)
    if faults := faults_of(after.starts_at, after.ends_at):
        raise Invalid(faults)
    if after.status not in OCCUPYING:
        attempt(replace(edit, claim=freeing(after, before.occupation)))
        return
    table = timetable(tenant_id, edit.now)

    def choose() -> Claim | None:
        try:
            return table.claim(after, before)
        except CellsTaken:
            # Nothing that it needs is free. The lock has not been looked at yet, and a lost one comes first.
            with suppress(AppointmentVersionMismatch):
                attempt(replace(edit, version=_NO_VERSION))
            raise

    try:
        cells.claiming(choose, lambda claim: attempt(replace(edit, claim=claim)))
    except CellsTaken as refusal:
        raise table.slot_taken(refusal, after, to_member=to_member) from None


def _why_not(
    principal: Principal, appointment_id: str, edit: saving.Edit, refusal: saving.SaveRefused
) -> Problem | CellsTaken:
    if refusal.taken and not refusal.fence_failed and not refusal.is_other:
        return refusal.taken
    if refusal.fence_failed:
        return fence.lost_at_fence(principal, appointment_id, refusal.fence_image, edit.now)
    if refusal.current is None:
        return NotFound(NO_APPOINTMENT)
    if refusal.current.version != edit.version:
        return AppointmentVersionMismatch(refusal.current)
    if refusal.current.status == edit.unless_status:
        return Invalid([Fault("status", f"is {edit.unless_status} already")])
    return Invalid([Fault("endsAt", "must be later than startsAt")])
