"""Appointments out to a file and in from one."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from chalicelib.appointments.model import Appointment, AppointmentForm
from chalicelib.appointments.model.csv_file import CsvRow, CsvRowError, DisplayNames, parse_csv, to_csv
from chalicelib.appointments.model.csv_import import InvalidRow, derive_id, row_error, to_form
from chalicelib.appointments.service.appointments import create, iterate_between
from chalicelib.appointments.store import appointments
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import InvalidId
from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.allocation import MAX_APPOINTMENT_HOURS, CalendarOwner, SlotTaken, cells_of
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.service.allocation import busy_spans
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# A function's answer has 6 MB at most, as JSON.
_MAX_BYTES = 5_000_000
_MAX_READ = 20_000
# API Gateway waits for 29 seconds.
_MAX_SECONDS = 20.0
_MAX_DURATION = timedelta(hours=MAX_APPOINTMENT_HOURS)
_TOO_LONG_MESSAGE = f"makes it longer than {MAX_APPOINTMENT_HOURS} hours, buffers included"
_TAKEN_MESSAGE = "is taken: the doctor, or a room or device that it needs, is not free"


@dataclass(frozen=True, slots=True)
class ImportResult(Schema):
    """What became of a file's lines: so many were entered, so many were there already, and these could not be."""

    imported: int
    skipped: int
    faults: list[CsvRowError]


def export_csv(principal: Principal, within: Span, doctor_id: str | None = None) -> str:
    """The appointments that start in a stretch of time, of all doctors or one, as CSV. One query for the names,
    and one for every 500 appointments of the practice.

    Raises:
        Invalid: it ends before it starts, or they do not fit one answer.
    """
    if within.end <= within.start:
        raise ValidationFailed([FieldError("to", "must be later than from")])
    setup = load_schedule(principal.tenant_id)
    read = list(islice(iterate_between(principal.tenant_id, within), _MAX_READ + 1))
    wanted = (one for one in read if doctor_id in (None, one.doctor_id))
    names = DisplayNames(
        {each.id: each.name for each in setup.doctors.values()},
        {each.id: each.name for each in setup.services.values()},
    )
    records = list(to_csv(wanted, names))
    if len(read) > _MAX_READ or sum(len(json.dumps(record)) for record in records) > _MAX_BYTES:
        raise ValidationFailed([FieldError("to", "is too far from `from` for one file; ask for several")])
    return "".join(records)


def import_csv(
    principal: Principal,
    text: str,
    *,
    dry_run: bool = False,
    tell_patients: bool = False,
    clock: Clock = utc_now,
    timer: Callable[[], float] = time.monotonic,
) -> ImportResult:
    """Enter each line of a file that can be entered; three calls or so for each. To send the same file again
    enters what could not be entered before, and nothing twice.

    With `dry_run` nothing is entered, and what would be is counted. Patients know of what is imported, unless one
    says that they are to be told.
    """
    setup = load_schedule(principal.tenant_id)
    lines, faults = parse_csv(text)
    desk = _Importer(principal, setup, clock, tell_patients=tell_patients)
    enter = _DryRunImporter(desk).import_row if dry_run else desk.import_row
    ends_at = timer() + _MAX_SECONDS
    imported = skipped = 0
    for line in lines:
        try:
            _require_time(line, ends_at - timer())
            form = to_form(line, setup)
            is_new = enter(line, derive_id(principal.tenant_id, line, form), form)
        except InvalidRow as unusable:
            faults += unusable.errors
        else:
            imported, skipped = imported + is_new, skipped + (not is_new)
    return ImportResult(imported, skipped, sorted(faults, key=lambda fault: fault.line))


def _require_time(row: CsvRow, seconds: float) -> None:
    if seconds < 0:
        raise InvalidRow(
            [CsvRowError(row.line_number, "line", "was not reached in time; send the same file again")]
        )


@dataclass(frozen=True)
class _Importer:
    """Where lines are entered one by one."""

    principal: Principal
    setup: TenantSchedule
    clock: Clock
    tell_patients: bool

    def exists(self, row: CsvRow, appointment_id: str) -> bool:
        """Whether a line's appointment is here: under the id that it names, or the one that it was given."""
        return any(self._find(each) for each in (row.cells.get("id"), appointment_id) if each)

    def _find(self, appointment_id: str) -> Appointment | None:
        try:
            return appointments.find(self.principal.tenant_id, appointment_id, consistent=True)
        except InvalidId:
            return None

    def import_row(self, row: CsvRow, appointment_id: str, form: AppointmentForm) -> bool:
        """Enter a line; False if its appointment is there already.

        Raises:
            Unusable: it cannot be entered.
        """
        if self.exists(row, appointment_id):
            return False
        is_known = not self.tell_patients
        try:
            create(self.principal, form, patient_informed=is_known, clock=self.clock, ids=lambda: appointment_id)
        except SlotTaken:
            raise InvalidRow([row_error(row, "startsAt", _TAKEN_MESSAGE)]) from None
        except ValidationFailed as invalid:
            raise InvalidRow(_to_row_errors(row, invalid)) from None
        except appointments.AppointmentExists:  # somebody sent the same file in the same moment
            return False
        return True


class _DryRunImporter:
    """Looks at lines as the desk does, and at whose time is taken, by each other's too. It books no rooms."""

    def __init__(self, importer: _Importer) -> None:
        self._importer = importer
        self._seen: set[str] = set()
        self._taken: dict[str, set[int]] = {}

    def import_row(self, row: CsvRow, appointment_id: str, form: AppointmentForm) -> bool:
        """See `_Desk.enter`."""
        if appointment_id in self._seen or self._importer.exists(row, appointment_id):
            return False
        if form.ends_at is None or form.ends_at <= form.starts_at:
            raise InvalidRow([row_error(row, "endsAt", "must be later than startsAt")])
        self._seen.add(appointment_id)
        if form.status in ("cancelled", "no_show"):
            return True
        wanted = self._importer.setup.services[form.service_id].occupied_span(form.starts_at, form.ends_at)
        if wanted.end - wanted.start > _MAX_DURATION:
            raise InvalidRow([row_error(row, "endsAt", _TOO_LONG_MESSAGE)])
        if self._taken_cells(form.doctor_id, wanted) & set(cells_of(wanted)):
            raise InvalidRow([row_error(row, "startsAt", _TAKEN_MESSAGE)])
        self._taken.setdefault(form.doctor_id, set()).update(cells_of(wanted))
        return True

    def _taken_cells(self, doctor_id: str, wanted: Span) -> set[int]:
        """What is taken of a doctor's time, as far as this line may want it."""
        tenant_id = self._importer.principal.tenant_id
        busy = busy_spans(tenant_id, CalendarOwner("doctor", doctor_id), wanted, now=self._importer.clock())
        return {cell for span in busy for cell in cells_of(span)} | self._taken.get(doctor_id, set())


def _to_row_errors(row: CsvRow, invalid: ValidationFailed) -> list[CsvRowError]:
    found = invalid.extensions["errors"]
    faults: Iterable[FieldError] = found if isinstance(found, list) else []
    return [row_error(row, fault.field, fault.message) for fault in faults]
