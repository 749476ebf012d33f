"""Changing an appointment: whatever the change is, it is one transaction behind the lock's fence."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from chalicelib.appointments.model import (
    ALLOCATION_FIELDS,
    OCCUPYING,
    Appointment,
    AppointmentVersionMismatch,
    Changes,
    SavedAppointment,
    validate_times,
)
from chalicelib.appointments.service.allocation import allocator_for, release_allocation
from chalicelib.appointments.service.appointments import APPOINTMENT_NOT_FOUND, to_editor
from chalicelib.appointments.store import appointments, saving
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.errors import FieldError, NotFound, Problem, ValidationFailed
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.service import fence
from chalicelib.scheduling.model.allocation import AllocationChange, AllocationRefused
from chalicelib.scheduling.service.allocation import allocate_with_retry
from chalicelib.scheduling.service.tenant_schedule import reference_errors

_IMPOSSIBLE_VERSION = 0


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
    named = require_lock_id(principal, appointment_id, lock_id)
    if faults := validate_changes(principal, changes):
        raise ValidationFailed(faults)
    edit = saving.Edit(version, changes, to_editor(principal), clock(), discards_draft=True)
    return fenced_save(principal, appointment_id, named, edit)


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
    named = require_lock_id(principal, appointment_id, lock_id)
    edit = saving.Edit(
        version,
        {"status": "cancelled"},
        to_editor(principal),
        clock(),
        reason=reason,
        unless_status="cancelled",
    )
    return fenced_save(principal, appointment_id, named, edit)


def require_lock_id(principal: Principal, appointment_id: str, lock_id: str | None) -> str:
    """The lock id that the caller sent.

    Raises:
        LockRequired: there is none.
        NotFound: nor is there such an appointment.
    """
    if lock_id is None:
        raise fence.lock_required(principal, appointment_id)
    return lock_id


def validate_changes(principal: Principal, changes: Changes) -> list[FieldError]:
    """What is wrong with changes, as far as it can be told without the record."""
    if not changes:
        return [FieldError("body", "must change at least one field")]
    faults = validate_times(
        cast("datetime | None", changes.get("starts_at")), cast("datetime | None", changes.get("ends_at"))
    )
    doctor_id, service_id = changes.get("doctor_id"), changes.get("service_id")
    return faults + reference_errors(principal, cast("str | None", doctor_id), cast("str | None", service_id))


def fenced_save(principal: Principal, appointment_id: str, lock_id: str, edit: saving.Edit) -> SavedAppointment:
    """Save an edit if the caller holds this lock; one transaction. It raises what `save` does."""

    def add_fence(transaction: Transaction) -> None:
        fence.add_fence(transaction, principal, appointment_id, lock_id, edit.now)

    def attempt(claimed: saving.Edit) -> None:
        try:
            saving.save(principal.tenant_id, appointment_id, claimed, add_fence=add_fence)
        except saving.SaveRefused as refusal:
            raise _to_problem(claimed, refusal.current) from None

    save_with_reallocation(principal.tenant_id, appointment_id, edit, attempt, for_member=True)
    written = cast("dict[str, Any]", dict(edit.changes))
    return SavedAppointment(appointment_id, edit.version + 1, edit.now, edit.editor, **written)


def save_with_reallocation(
    tenant_id: str,
    appointment_id: str,
    edit: saving.Edit,
    attempt: Callable[[saving.Edit], None],
    *,
    for_member: bool,
) -> None:
    """Make an edit, and with it the change of whose time is taken, if it is one of time.

    Raises:
        SlotTaken: somebody else has the time.
        Invalid: it would end before it starts, or take too long.
    """
    if not ALLOCATION_FIELDS & edit.changes.keys():
        attempt(edit)
        return
    before = appointments.find_record(tenant_id, appointment_id, consistent=True)
    # If it is not there, or at another version, the save is refused for the right reason: a lost lock comes first.
    # It must be, though it may come to be at this version by then: whose time it takes was not looked at.
    if before is None or before.appointment.version != edit.version:
        attempt(replace(edit, version=_IMPOSSIBLE_VERSION))
        return
    changes = cast("dict[str, Any]", dict(edit.changes))
    after = replace(before.appointment, **changes)
    if faults := validate_times(after.starts_at, after.ends_at):
        raise ValidationFailed(faults)
    if after.status not in OCCUPYING:
        attempt(replace(edit, claim=release_allocation(after, before.allocation)))
        return
    table = allocator_for(tenant_id, edit.now)

    def choose() -> AllocationChange | None:
        try:
            return table.allocation_change(after, before)
        except AllocationRefused:
            # Nothing that it needs is free. The lock has not been looked at yet, and a lost one comes first.
            with suppress(AppointmentVersionMismatch):
                attempt(replace(edit, version=_IMPOSSIBLE_VERSION))
            raise

    try:
        allocate_with_retry(choose, lambda claim: attempt(replace(edit, claim=claim)))
    except AllocationRefused as refusal:
        raise table.slot_taken(refusal, after, for_member=for_member) from None


def _to_problem(edit: saving.Edit, current: Appointment | None) -> Problem:
    if current is None:
        return NotFound(APPOINTMENT_NOT_FOUND)
    if current.version != edit.version:
        return AppointmentVersionMismatch(current)
    if current.status == edit.unless_status:
        return ValidationFailed([FieldError("status", f"is {edit.unless_status} already")])
    return ValidationFailed([FieldError("endsAt", "must be later than startsAt")])
