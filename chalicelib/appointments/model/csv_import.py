"""Rows of an imported CSV file, and the forms that they become."""

import csv
import hashlib
import io
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.appointments.model.appointment import AppointmentForm
from chalicelib.appointments.model.csv_format import COLUMNS, unescape_formula
from chalicelib.core.http.schema import Schema, ValidationError, parse_json
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule

# Of each group, one column is enough.
_REQUIRED_COLUMNS = (
    ("doctor", "doctorId"),
    ("service", "serviceId"),
    ("patientName",),
    ("patientEmail",),
    ("startsAt",),
)
_PATIENT_COLUMNS = {"patientName": "name", "patientEmail": "email", "patientPhone": "phone"}
_COLUMN_BY_FIELD = {f"patient.{field}": column for column, field in _PATIENT_COLUMNS.items()}
_PLAIN_COLUMNS = ("startsAt", "endsAt", "timeZone", "status", "title", "notes")
# The field of an error that concerns the whole row.
WHOLE_ROW = "line"


@dataclass(frozen=True, slots=True)
class CsvRowError(Schema):
    """One error of a file: the first line of its row, the column, and the message.

    The column of an error of the whole row is `line`.
    """

    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of a file: its first line, and its cells by column, empty ones left out."""

    line_number: int
    cells: Mapping[str, str]


class InvalidRow(Exception):
    """A row that cannot be imported, with its errors."""

    def __init__(self, errors: list[CsvRowError]) -> None:
        super().__init__("the row cannot be imported")
        self.errors = errors


def parse_csv(text: str) -> tuple[list[CsvRow], list[CsvRowError]]:
    """Parse a file with the export's columns in any order.

    Semicolons may stand for commas, as some spreadsheets write them, and a byte order mark is ignored.

    Returns:
        The rows, and the errors of the file's structure.
    """
    text = text.removeprefix("\ufeff")
    first_line = text.partition("\n")[0]
    delimiter = ";" if ";" in first_line and "," not in first_line else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[CsvRow] = []
    errors: list[CsvRowError] = []
    line_number = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if header_errors := _validate_header(header):
            return [], header_errors
        line_number = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                named = zip(header, cells, strict=True)
                filled = {name: unescape_formula(cell) for name, cell in named if cell.strip()}
                rows += [CsvRow(line_number, filled)] if filled else []
            elif cells:
                message = f"has {len(cells)} cells where {len(header)} belong"
                errors.append(CsvRowError(line_number, WHOLE_ROW, message))
            line_number = reader.line_num + 1
    except csv.Error as error:
        return rows, [CsvRowError(line_number, WHOLE_ROW, f"is not CSV: {error}")]
    return rows, errors


def _validate_header(header: list[str]) -> list[CsvRowError]:
    known = ", ".join(COLUMNS)
    unknown = [name for name in header if name not in COLUMNS]
    repeated = [name for name in COLUMNS if header.count(name) > 1]
    missing = [group for group in _REQUIRED_COLUMNS if not set(group) & set(header)]
    return [
        *(CsvRowError(1, name, f"is not a column; the columns are {known}") for name in unknown),
        *(CsvRowError(1, name, "is there twice") for name in repeated),
        *(CsvRowError(1, group[0], f"is missing: {' or '.join(group)}") for group in missing),
    ]


def to_form(row: CsvRow, schedule: TenantSchedule) -> AppointmentForm:
    """Return the appointment form of a row, its end included.

    Raises:
        InvalidRow: naming every error of the row.
    """
    errors: list[CsvRowError] = []
    doctor_id = _resolve(row, "doctor", schedule.doctors, errors)
    service_id = _resolve(row, "service", schedule.services, errors)
    patient = {field: row.cells[column] for column, field in _PATIENT_COLUMNS.items() if column in row.cells}
    plain = {name: row.cells[name] for name in _PLAIN_COLUMNS if name in row.cells}
    body = {"doctorId": doctor_id, "serviceId": service_id, "patient": patient, **plain}
    try:
        form = parse_json(AppointmentForm, json.dumps(body).encode())
    except ValidationError as invalid:
        errors += [row_error(row, field, message) for field, message in invalid.errors]
        raise InvalidRow(errors) from None
    if errors:
        raise InvalidRow(errors)
    duration = timedelta(minutes=schedule.services[service_id].duration_minutes)
    return form if form.ends_at else replace(form, ends_at=form.starts_at + duration)


def row_error(row: CsvRow, field: str, message: str) -> CsvRowError:
    """Return the error of a form's field, by the column that the field comes from."""
    return CsvRowError(row.line_number, _COLUMN_BY_FIELD.get(field, field), message)


def derive_id(tenant_id: str, row: CsvRow, form: AppointmentForm) -> str:
    """Return the appointment id of a row, the same for each import of that row.

    A row is identified by its `id` alone or, without one, by doctor, patient and start.
    """
    row_id = row.cells.get("id")
    identity = [form.doctor_id, form.patient.email, form.patient.name, form.starts_at.isoformat()]
    parts = [tenant_id, *([row_id] if row_id else identity)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _resolve(
    row: CsvRow, kind: str, known: Mapping[str, Doctor] | Mapping[str, Service], errors: list[CsvRowError]
) -> str:
    """Return the id of a doctor or service named by id or by name.

    Add an error unless exactly one matches.
    """
    column = f"{kind}Id"
    if given := row.cells.get(column):
        found: Collection[str] = [given] if given in known and not known[given].archived else []
    else:
        column = kind
        name = row.cells.get(kind, "").strip().casefold()
        found = [each.id for each in known.values() if each.name.strip().casefold() == name and not each.archived]
    if len(found) == 1:
        return next(iter(found))
    message = f"is more than one; name it by {kind}Id" if found else f"is no {kind} of this practice"
    errors.append(CsvRowError(row.line_number, column, message if row.cells.get(column) else "is required"))
    return ""
