"""Change appointments: each change is one transaction behind the fence of the lock."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from chalicelib.appointments.model.appointment import (
    ALLOCATION_FIELDS,
    END_NOT_AFTER_START,
    OCCUPYING_STATUSES,
    Appointment,
    AppointmentVersionMismatch,
    Changes,
    SavedAppointment,
    validate_times,
)
from chalicelib.appointments.model.edit import Edit
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.service.allocation import allocator_for, release_allocation
from chalicelib.appointments.service.appointments import to_editor
from chalicelib.appointments.store import saving as store
from chalicelib.appointments.store.appointments import find_record
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.errors import NO_CHANGES, FieldError, NotFound, Problem, ValidationFailed
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import APPOINTMENT_NOT_FOUND
from chalicelib.locking.service import fence
from chalicelib.scheduling.model.allocation import AllocationChange, AllocationRefused
from chalicelib.scheduling.service.allocation import allocate_with_retry
from chalicelib.scheduling.service.tenant_schedule import reference_errors

# Appointments start at version 1.
_IMPOSSIBLE_VERSION = 0
Attempt = Callable[[Edit], None]


def save(
    principal: Principal,
    appointment_id: str,
    *,
    lock_id: str | None,
    version: int,
    changes: Changes,
    clock: Clock = utc_now,
) -> SavedAppointment:
    """Save changed fields under the caller's lock.

    One transaction, with two reads before it if the change concerns allocated time. An error writes nothing.

    Raises:
        LockRequired: no lock id was sent.
        LockLost: the lock of this id is not held any more.
        AppointmentVersionMismatch: another save came after `version`.
        ValidationFailed: it would end before it starts, or names an unknown doctor or service.
        SlotTaken: the time is taken.
        NotFound: unknown appointment.
    """
    held_lock_id = require_lock_id(principal, appointment_id, lock_id)
    if errors := validate_changes(principal, changes):
        raise ValidationFailed(errors)
    edit = Edit(version, changes, to_editor(principal), clock(), discards_draft=True)
    return fenced_save(principal, appointment_id, held_lock_id, edit)


def cancel(
    principal: Principal,
    appointment_id: str,
    *,
    lock_id: str | None,
    version: int,
    reason: str | None = None,
    clock: Clock = utc_now,
) -> SavedAppointment:
    """Cancel an appointment under the caller's lock; one read and one transaction.

    Raises:
        ValidationFailed: it is cancelled already.
        LockRequired, LockLost, AppointmentVersionMismatch, NotFound: as for `save`.
    """
    held_lock_id = require_lock_id(principal, appointment_id, lock_id)
    changes: Changes = {"status": "cancelled"}
    edit = Edit(version, changes, to_editor(principal), clock(), reason=reason, unless_status="cancelled")
    return fenced_save(principal, appointment_id, held_lock_id, edit)


def require_lock_id(principal: Principal, appointment_id: str, lock_id: str | None) -> str:
    """Return the lock id that the caller sent.

    Raises:
        LockRequired: none was sent.
        NotFound: unknown appointment.
    """
    if lock_id is None:
        raise fence.lock_required(principal, appointment_id)
    return lock_id


def validate_changes(principal: Principal, changes: Changes) -> list[FieldError]:
    """Return the errors of changes that show without the record."""
    if not changes:
        return [NO_CHANGES]
    starts_at, ends_at = changes.get("starts_at"), changes.get("ends_at")
    doctor_id, service_id = changes.get("doctor_id"), changes.get("service_id")
    return [
        *validate_times(cast("datetime | None", starts_at), cast("datetime | None", ends_at)),
        *reference_errors(principal, cast("str | None", doctor_id), cast("str | None", service_id)),
    ]


def fenced_save(principal: Principal, appointment_id: str, lock_id: str, edit: Edit) -> SavedAppointment:
    """Save an edit in one transaction with a check of the caller's lock.

    Errors as for `save`.
    """

    def add_fence(transaction: Transaction) -> None:
        fence.add_fence(transaction, principal, appointment_id, lock_id, edit.now)

    def attempt(edit: Edit) -> None:
        try:
            store.save(principal.tenant_id, appointment_id, edit, add_fence=add_fence)
        except store.SaveRefused as refusal:
            raise _to_error(edit, refusal.current) from None

    save_with_reallocation(principal.tenant_id, appointment_id, edit, attempt, for_member=True)
    written = cast("dict[str, Any]", dict(edit.changes))
    return SavedAppointment(appointment_id, edit.version + 1, edit.now, edit.editor, **written)


def save_with_reallocation(
    tenant_id: str, appointment_id: str, edit: Edit, attempt: Attempt, *, for_member: bool
) -> None:
    """Save an edit by `attempt`, with the change of allocated time that it needs.

    Raises:
        SlotTaken: the time is taken.
        ValidationFailed: it would end before it starts, or take too long.
    """
    if not ALLOCATION_FIELDS & edit.changes.keys():
        attempt(edit)
        return
    before = find_record(tenant_id, appointment_id, consistent=True)
    if before is None or before.appointment.version != edit.version:
        _fail_save(edit, attempt)
        return
    after = replace(before.appointment, **cast("dict[str, Any]", dict(edit.changes)))
    if errors := validate_times(after.starts_at, after.ends_at):
        raise ValidationFailed(errors)
    if after.status in OCCUPYING_STATUSES:
        _save_and_reallocate(tenant_id, edit, before, after, attempt, for_member=for_member)
    else:
        change = release_allocation(after, before.allocation)
        attempt(replace(edit, allocation_change=change))


def _save_and_reallocate(
    tenant_id: str,
    edit: Edit,
    before: AppointmentRecord,
    after: Appointment,
    attempt: Attempt,
    *,
    for_member: bool,
) -> None:
    allocator = allocator_for(tenant_id, edit.now)

    def choose() -> AllocationChange | None:
        try:
            return allocator.allocation_change(after, before)
        except AllocationRefused:
            # A lost lock is reported before a taken time.
            with suppress(AppointmentVersionMismatch):
                _fail_save(edit, attempt)
            raise

    try:
        allocate_with_retry(choose, lambda change: attempt(replace(edit, allocation_change=change)))
    except AllocationRefused as refusal:
        raise allocator.slot_taken(
            refusal, after.service_id, after.doctor_id, after.starts_at, for_member=for_member
        ) from None


def _fail_save(edit: Edit, attempt: Attempt) -> None:
    """Save with an impossible version, so that it fails with the right error.

    A lost lock comes first. It must fail even if the appointment reaches the edit's version by then, as its time
    was not checked.
    """
    attempt(replace(edit, version=_IMPOSSIBLE_VERSION))


def _to_error(edit: Edit, current: Appointment | None) -> Problem:
    if current is None:
        return NotFound(APPOINTMENT_NOT_FOUND)
    if current.version != edit.version:
        return AppointmentVersionMismatch(current)
    if current.status == edit.unless_status:
        return ValidationFailed([FieldError("status", f"is {edit.unless_status} already")])
    return ValidationFailed([END_NOT_AFTER_START])
