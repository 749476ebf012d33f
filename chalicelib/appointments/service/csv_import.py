"""Import appointments from a CSV file, row by row."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.appointments.model.appointment import END_NOT_AFTER_START, Appointment, AppointmentForm
from chalicelib.appointments.model.csv_import import (
    WHOLE_ROW,
    CsvRow,
    CsvRowError,
    InvalidRow,
    derive_id,
    parse_csv,
    row_error,
    to_form,
)
from chalicelib.appointments.service.creation import create
from chalicelib.appointments.store import appointments as store
from chalicelib.appointments.store.items import AppointmentExists
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import InvalidId
from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.allocation import (
    MAX_APPOINTMENT_HOURS,
    TOO_LONG,
    CalendarOwner,
    SlotTaken,
    cells_of,
)
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.service.allocation import busy_spans
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# API Gateway waits for 29 seconds.
_MAX_SECONDS = 20.0
_MAX_DURATION = timedelta(hours=MAX_APPOINTMENT_HOURS)
_TAKEN_MESSAGE = "is taken: the doctor, or a room or device that it needs, is not free"


@dataclass(frozen=True, slots=True)
class ImportResult(Schema):
    """The numbers of rows imported now and before, and the errors of the others."""

    imported: int
    skipped: int
    faults: list[CsvRowError]


def import_csv(
    principal: Principal,
    text: str,
    *,
    dry_run: bool = False,
    notify_patients: bool = False,
    clock: Clock = utc_now,
    timer: Callable[[], float] = time.monotonic,
) -> ImportResult:
    """Enter each valid row of a file; about three calls a row.

    Importing the same file again enters only the rows that are missing. A `dry_run` counts and enters nothing. By
    default patients count as informed; `notify_patients` notifies them.
    """
    schedule = load_schedule(principal.tenant_id)
    rows, errors = parse_csv(text)
    importer = _Importer(principal, schedule, clock, notify_patients=notify_patients)
    import_row = _DryRunImporter(importer).import_row if dry_run else importer.import_row
    ends_at = timer() + _MAX_SECONDS
    imported = skipped = 0
    for row in rows:
        try:
            _require_time(row, ends_at - timer())
            form = to_form(row, schedule)
            is_new = import_row(row, derive_id(principal.tenant_id, row, form), form)
        except InvalidRow as invalid:
            errors += invalid.errors
        else:
            imported, skipped = imported + is_new, skipped + (not is_new)
    return ImportResult(imported, skipped, sorted(errors, key=lambda error: error.line))


def _require_time(row: CsvRow, seconds: float) -> None:
    if seconds < 0:
        message = "was not reached in time; import the same file again"
        raise InvalidRow([CsvRowError(row.line_number, WHOLE_ROW, message)])


@dataclass(frozen=True)
class _Importer:
    """Enters rows one by one."""

    principal: Principal
    schedule: TenantSchedule
    clock: Clock
    notify_patients: bool

    def exists(self, row: CsvRow, appointment_id: str) -> bool:
        """Return whether a row's appointment exists, under its own or the derived id."""
        return any(self._find(each) for each in (row.cells.get("id"), appointment_id) if each)

    def _find(self, appointment_id: str) -> Appointment | None:
        try:
            return store.find(self.principal.tenant_id, appointment_id, consistent=True)
        except InvalidId:
            return None

    def import_row(self, row: CsvRow, appointment_id: str, form: AppointmentForm) -> bool:
        """Enter a row.

        Returns:
            False if its appointment exists already.

        Raises:
            InvalidRow: it cannot be entered.
        """
        if self.exists(row, appointment_id):
            return False
        patient_informed = not self.notify_patients
        try:
            create(
                self.principal,
                form,
                patient_informed=patient_informed,
                clock=self.clock,
                ids=lambda: appointment_id,
            )
        except SlotTaken:
            raise InvalidRow([row_error(row, "startsAt", _TAKEN_MESSAGE)]) from None
        except ValidationFailed as invalid:
            raise InvalidRow(_to_row_errors(row, invalid)) from None
        except AppointmentExists:  # the same file was imported at the same moment
            return False
        return True


class _DryRunImporter:
    """Checks rows as the importer does, and doctors' time, also between rows.

    It ignores rooms and devices.
    """

    def __init__(self, importer: _Importer) -> None:
        self._importer = importer
        self._seen: set[str] = set()
        self._taken: dict[str, set[int]] = {}

    def import_row(self, row: CsvRow, appointment_id: str, form: AppointmentForm) -> bool:
        """Check a row; see `_Importer.import_row`."""
        if appointment_id in self._seen or self._importer.exists(row, appointment_id):
            return False
        if form.ends_at is None or form.ends_at <= form.starts_at:
            raise InvalidRow([row_error(row, END_NOT_AFTER_START.field, END_NOT_AFTER_START.message)])
        self._seen.add(appointment_id)
        if form.status in ("cancelled", "no_show"):
            return True
        wanted = self._importer.schedule.services[form.service_id].occupied_span(form.starts_at, form.ends_at)
        if wanted.end - wanted.start > _MAX_DURATION:
            raise InvalidRow([row_error(row, "endsAt", TOO_LONG.message)])
        if self._taken_cells(form.doctor_id, wanted) & set(cells_of(wanted)):
            raise InvalidRow([row_error(row, "startsAt", _TAKEN_MESSAGE)])
        self._taken.setdefault(form.doctor_id, set()).update(cells_of(wanted))
        return True

    def _taken_cells(self, doctor_id: str, wanted: Span) -> set[int]:
        """Return the doctor's cells that are taken in a time, by earlier rows too."""
        tenant_id = self._importer.principal.tenant_id
        doctor = CalendarOwner("doctor", doctor_id)
        busy = busy_spans(tenant_id, doctor, wanted, now=self._importer.clock())
        return {cell for span in busy for cell in cells_of(span)} | self._taken.get(doctor_id, set())


def _to_row_errors(row: CsvRow, invalid: ValidationFailed) -> list[CsvRowError]:
    found = invalid.extensions["errors"]
    errors: Iterable[FieldError] = found if isinstance(found, list) else []
    return [row_error(row, error.field, error.message) for error in errors]
