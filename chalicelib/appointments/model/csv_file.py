"""Appointments as CSV (RFC 4180): a header row, one appointment a record, and no cell that a spreadsheet runs."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.core.clock import rfc3339
from chalicelib.core.http.schema import Schema

MEDIA_TYPE: Final = "text/csv"
# RFC 4180, section 3, for `header`.
CONTENT_TYPE: Final = f"{MEDIA_TYPE}; charset=utf-8; header=present"
COLUMNS: Final = (
    "id",
    "doctor",
    "doctorId",
    "service",
    "serviceId",
    "patientName",
    "patientEmail",
    "patientPhone",
    "startsAt",
    "endsAt",
    "timeZone",
    "status",
    "title",
    "notes",
)
# Of a pair, one is enough.
_REQUIRED_COLUMNS = (
    ("doctor", "doctorId"),
    ("service", "serviceId"),
    ("patientName",),
    ("patientEmail",),
    ("startsAt",),
)
# What a spreadsheet takes for a formula (OWASP, "CSV Injection"). An apostrophe before it says that it is text;
# where one stands there already, it gets another.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n]")


@dataclass(frozen=True, slots=True)
class CsvRowError(Schema):
    """One thing that is wrong with a file: the line on which its record begins, the column, and what."""

    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One record of a file: the line on which it begins, and its cells by column, without those that are empty."""

    line_number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DisplayNames:
    """What doctors and services are called, by their ids."""

    doctors: Mapping[str, str]
    services: Mapping[str, str]


def to_csv(appointments: Iterable[Appointment], names: DisplayNames) -> Iterator[str]:
    """The file, record by record, the header row first; each ends its line."""
    yield _format_record(COLUMNS)
    for one in appointments:
        yield _format_record([escape_formula(cell) for cell in _to_cells(one, names)])


def _to_cells(appointment: Appointment, names: DisplayNames) -> list[str]:
    return [
        appointment.id,
        names.doctors.get(appointment.doctor_id, ""),
        appointment.doctor_id,
        names.services.get(appointment.service_id, ""),
        appointment.service_id,
        appointment.patient.name,
        appointment.patient.email,
        appointment.patient.phone,
        rfc3339(appointment.starts_at),
        rfc3339(appointment.ends_at),
        appointment.time_zone,
        appointment.status,
        appointment.title,
        appointment.notes,
    ]


def _format_record(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def escape_formula(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if _ESCAPED.match(cell) else cell


def parse_csv(text: str) -> tuple[list[CsvRow], list[CsvRowError]]:
    """The records of a file in our columns, in any order, and what is wrong with it as a file.

    Semicolons may stand for commas, as some spreadsheets write them, and there may be a byte order mark.
    """
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in head and "," not in head else ",", strict=True
    )
    lines: list[CsvRow] = []
    begins = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if faults := _validate_header(header):
            return [], faults
        begins = reader.line_num + 1
        faults = []
        for cells in reader:
            if len(cells) == len(header):
                kept = {
                    name: unescape_formula(cell) for name, cell in zip(header, cells, strict=True) if cell.strip()
                }
                lines += [CsvRow(begins, kept)] if kept else []
            elif cells:
                faults.append(CsvRowError(begins, "line", f"has {len(cells)} cells where {len(header)} belong"))
            begins = reader.line_num + 1
    except csv.Error as error:
        return lines, [CsvRowError(begins, "line", f"is no CSV: {error}")]
    return lines, faults


def _validate_header(header: list[str]) -> list[CsvRowError]:
    known = ", ".join(COLUMNS)
    faults = [CsvRowError(1, name, f"is no column; there are {known}") for name in header if name not in COLUMNS]
    faults += [CsvRowError(1, name, "is there twice") for name in COLUMNS if header.count(name) > 1]
    missing = [either for either in _REQUIRED_COLUMNS if not set(either) & set(header)]
    return faults + [CsvRowError(1, either[0], f"is missing: {' or '.join(either)}") for either in missing]
