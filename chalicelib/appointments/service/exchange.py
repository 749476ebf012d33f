"""Appointments out to a file and in from one."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from chalicelib.appointments.model import Appointment, AppointmentForm
from chalicelib.appointments.model.exchange import Line, LineFault, Names, lines_of, records_of
from chalicelib.appointments.model.exchange_forms import Unusable, fault_of, form_of, id_of
from chalicelib.appointments.service.record import all_between, create
from chalicelib.appointments.store import record as record_store
from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.errors import Fault, Invalid, NotFound
from chalicelib.core.shape import Shape
from chalicelib.core.table.writing import ConditionFailed
from chalicelib.scheduling.model import Setup, Span
from chalicelib.scheduling.model.cells import MOST_HOURS, SlotTaken
from chalicelib.scheduling.service import cells, practice

# A function's answer has 6 MB at most, as JSON.
_MOST_BYTES = 5_000_000
_MOST_READ = 20_000
# API Gateway waits for 29 seconds.
_MOST_SECONDS = 20.0
_LONGEST = timedelta(hours=MOST_HOURS)
_TOO_LONG = f"makes it longer than {MOST_HOURS} hours, buffers included"
_TAKEN = "is taken: the doctor, or a room or device that it needs, is not free"


@dataclass(frozen=True, slots=True)
class Imported(Shape):
    """What became of a file's lines: so many were entered, so many were there already, and these could not be."""

    imported: int
    skipped: int
    faults: list[LineFault]


def export(principal: Principal, within: Span, doctor_id: str | None = None) -> str:
    """The appointments that start in a stretch of time, of all doctors or one, as CSV. One query for the names,
    and one for every 500 appointments of the practice.

    Raises:
        Invalid: it ends before it starts, or they do not fit one answer.
    """
    if within.end <= within.start:
        raise Invalid([Fault("to", "must be later than from")])
    setup = practice.setup_of(principal.tenant_id)
    read = list(islice(all_between(principal.tenant_id, within), _MOST_READ + 1))
    wanted = (one for one in read if doctor_id in (None, one.doctor_id))
    names = Names(
        {each.id: each.name for each in setup.doctors.values()},
        {each.id: each.name for each in setup.services.values()},
    )
    records = list(records_of(wanted, names))
    if len(read) > _MOST_READ or sum(len(json.dumps(record)) for record in records) > _MOST_BYTES:
        raise Invalid([Fault("to", "is too far from `from` for one file; ask for several")])
    return "".join(records)


def import_csv(
    principal: Principal,
    text: str,
    *,
    dry_run: bool = False,
    tell_patients: bool = False,
    clock: Clock = utc_now,
    timer: Callable[[], float] = time.monotonic,
) -> Imported:
    """Enter each line of a file that can be entered; three calls or so for each. To send the same file again
    enters what could not be entered before, and nothing twice.

    With `dry_run` nothing is entered, and what would be is counted. Patients know of what is imported, unless one
    says that they are to be told.
    """
    setup = practice.setup_of(principal.tenant_id)
    lines, faults = lines_of(text)
    desk = _Desk(principal, setup, clock, tell_patients=tell_patients)
    enter = _Rehearsal(desk).enter if dry_run else desk.enter
    ends_at = timer() + _MOST_SECONDS
    imported = skipped = 0
    for line in lines:
        try:
            _require_time(line, ends_at - timer())
            form = form_of(line, setup)
            is_new = enter(line, id_of(principal.tenant_id, line, form), form)
        except Unusable as unusable:
            faults += unusable.faults
        else:
            imported, skipped = imported + is_new, skipped + (not is_new)
    return Imported(imported, skipped, sorted(faults, key=lambda fault: fault.line))


def _require_time(line: Line, seconds: float) -> None:
    if seconds < 0:
        raise Unusable([LineFault(line.number, "line", "was not reached in time; send the same file again")])


@dataclass(frozen=True)
class _Desk:
    """Where lines are entered one by one."""

    principal: Principal
    setup: Setup
    clock: Clock
    tell_patients: bool

    def is_there(self, line: Line, appointment_id: str) -> bool:
        """Whether a line's appointment is here: under the id that it names, or the one that it was given."""
        return any(self._found(each) for each in (line.cells.get("id"), appointment_id) if each)

    def _found(self, appointment_id: str) -> Appointment | None:
        try:
            return record_store.find(self.principal.tenant_id, appointment_id, consistent=True)
        except NotFound:  # it has not even the form of one of our ids
            return None

    def enter(self, line: Line, appointment_id: str, form: AppointmentForm) -> bool:
        """Enter a line; False if its appointment is there already.

        Raises:
            Unusable: it cannot be entered.
        """
        if self.is_there(line, appointment_id):
            return False
        is_known = not self.tell_patients
        try:
            create(self.principal, form, is_known=is_known, clock=self.clock, ids=lambda: appointment_id)
        except SlotTaken:
            raise Unusable([fault_of(line, "startsAt", _TAKEN)]) from None
        except Invalid as invalid:
            raise Unusable(_faults(line, invalid)) from None
        except ConditionFailed:  # somebody sent the same file in the same moment
            return False
        return True


class _Rehearsal:
    """Looks at lines as the desk does, and at whose time is taken, by each other's too. It books no rooms."""

    def __init__(self, desk: _Desk) -> None:
        self._desk = desk
        self._seen: set[str] = set()
        self._taken: dict[str, set[int]] = {}

    def enter(self, line: Line, appointment_id: str, form: AppointmentForm) -> bool:
        """See `_Desk.enter`."""
        if appointment_id in self._seen or self._desk.is_there(line, appointment_id):
            return False
        if form.ends_at is None or form.ends_at <= form.starts_at:
            raise Unusable([fault_of(line, "endsAt", "must be later than startsAt")])
        self._seen.add(appointment_id)
        if form.status in ("cancelled", "no_show"):
            return True
        wanted = self._desk.setup.services[form.service_id].occupied(form.starts_at, form.ends_at)
        if wanted.end - wanted.start > _LONGEST:
            raise Unusable([fault_of(line, "endsAt", _TOO_LONG)])
        if self._cells(form.doctor_id, wanted) & set(wanted.cells()):
            raise Unusable([fault_of(line, "startsAt", _TAKEN)])
        self._taken.setdefault(form.doctor_id, set()).update(wanted.cells())
        return True

    def _cells(self, doctor_id: str, wanted: Span) -> set[int]:
        """What is taken of a doctor's time, as far as this line may want it."""
        tenant_id = self._desk.principal.tenant_id
        busy = cells.busy(tenant_id, keys.doctor(doctor_id), wanted, now=self._desk.clock())
        return {cell for span in busy for cell in span.cells()} | self._taken.get(doctor_id, set())


def _faults(line: Line, invalid: Invalid) -> list[LineFault]:
    found = invalid.evidence["errors"]
    faults: Iterable[Fault] = found if isinstance(found, list) else []
    return [fault_of(line, fault.field, fault.message) for fault in faults]
