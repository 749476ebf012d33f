"""Read and list appointments."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chalicelib.appointments.model.appointment import (
    EDITABLE_FIELDS,
    Appointment,
    AppointmentPage,
    Editor,
    Reference,
    Status,
)
from chalicelib.appointments.store import appointments as store
from chalicelib.appointments.store.items import timeline_position
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.pagination import PageQuery, to_cursor
from chalicelib.core.http.schema import Instant
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import APPOINTMENT_NOT_FOUND
from chalicelib.scheduling.model.span import Span

# Read by one call where all are wanted.
_BATCH_SIZE = 500


@dataclass(frozen=True, slots=True)
class AppointmentsQuery(PageQuery):
    """The appointments to list: those that start at or after `from` and before `to`."""

    from_: Instant | None = None
    to: Instant | None = None
    doctor_id: Reference | None = None
    status: Status | None = None

    def matches(self, appointment: Appointment) -> bool:
        """Return whether an appointment has the doctor and the status of this query."""
        return self.doctor_id in (None, appointment.doctor_id) and self.status in (None, appointment.status)


def get(principal: Principal, appointment_id: str, *, consistent: bool = False) -> Appointment:
    """Return one appointment of the caller's tenant.

    Raises:
        NotFound: unknown id.
    """
    appointment = store.find(principal.tenant_id, appointment_id, consistent=consistent)
    if appointment is None:
        raise NotFound(APPOINTMENT_NOT_FOUND)
    return appointment


def list_appointments(principal: Principal, query: AppointmentsQuery) -> AppointmentPage:
    """Return one page of appointments by start time.

    Raises:
        ValidationFailed: the cursor was not issued for this list, or the period ends before it starts.
    """
    if query.from_ and query.to and query.to < query.from_:
        raise ValidationFailed([FieldError("to", "must not be earlier than from")])
    list_id = query.list_id(keys.timeline(principal.tenant_id))
    after = query.position_in(list_id)
    matching = (each for each in _iterate(principal.tenant_id, query, after) if query.matches(each))
    # One more than asked for shows whether there is another page.
    items = list(islice(matching, query.limit + 1))
    more, items = len(items) > query.limit, items[: query.limit]
    last = to_cursor(list_id, timeline_position(items[-1].starts_at, items[-1].id)) if more else None
    return AppointmentPage(items, last)


def _iterate(tenant_id: str, query: AppointmentsQuery, after: str | None) -> Iterator[Appointment]:
    while True:
        found, after = store.find_between(tenant_id, query.from_, query.to, after, query.limit + 1)
        yield from found
        if after is None:
            return


def iterate_between(tenant_id: str, within: Span) -> Iterator[Appointment]:
    """Yield all appointments that start within a period, by start time.

    Every doctor and status is included.
    """
    after: str | None = None
    while True:
        found, after = store.find_between(tenant_id, within.start, within.end, after, _BATCH_SIZE)
        yield from found
        if after is None:
            return


def appointment_from_image(image: dict[str, Any]) -> Appointment:
    """Return the appointment of a stream record's image."""
    return store.appointment_from_image(image)


def changed_fields(old: Appointment, new: Appointment) -> list[str]:
    """Return the names of the fields that a save changed."""
    return [name for name in EDITABLE_FIELDS if getattr(old, name) != getattr(new, name)]


def to_editor(principal: Principal) -> Editor:
    """Return a member as the author of a change."""
    return Editor(principal.member_id, principal.name)
