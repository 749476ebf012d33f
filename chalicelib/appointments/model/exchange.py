"""Appointments as CSV (RFC 4180): a header row, one appointment a record, and no cell that a spreadsheet runs."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.appointments.model.record import Appointment
from chalicelib.core.clock import rfc3339
from chalicelib.core.shape import Shape

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
_NEEDED = (("doctor", "doctorId"), ("service", "serviceId"), ("patientName",), ("patientEmail",), ("startsAt",))
# What a spreadsheet takes for a formula (OWASP, "CSV Injection"). An apostrophe before it says that it is text;
# where one stands there already, it gets another.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


@dataclass(frozen=True, slots=True)
class LineFault(Shape):
    """One thing that is wrong with a file: the line on which its record begins, the column, and what."""

    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file: the line on which it begins, and its cells by column, without those that are empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """What doctors and services are called, by their ids."""

    doctors: Mapping[str, str]
    services: Mapping[str, str]


def records_of(appointments: Iterable[Appointment], names: Names) -> Iterator[str]:
    """The file, record by record, the header row first; each ends its line."""
    yield _record(COLUMNS)
    for one in appointments:
        yield _record([guarded(cell) for cell in _cells(one, names)])


def _cells(one: Appointment, names: Names) -> list[str]:
    return [
        one.id,
        names.doctors.get(one.doctor_id, ""),
        one.doctor_id,
        names.services.get(one.service_id, ""),
        one.service_id,
        one.patient.name,
        one.patient.email,
        one.patient.phone,
        rfc3339(one.starts_at),
        rfc3339(one.ends_at),
        one.time_zone,
        one.status,
        one.title,
        one.notes,
    ]


def _record(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


def lines_of(text: str) -> tuple[list[Line], list[LineFault]]:
    """The records of a file in our columns, in any order, and what is wrong with it as a file.

    Semicolons may stand for commas, as some spreadsheets write them, and there may be a byte order mark.
    """
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in head and "," not in head else ",", strict=True
    )
    lines: list[Line] = []
    begins = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if faults := _faults_of_header(header):
            return [], faults
        begins = reader.line_num + 1
        faults = []
        for cells in reader:
            if len(cells) == len(header):
                kept = {name: unguarded(cell) for name, cell in zip(header, cells, strict=True) if cell.strip()}
                lines += [Line(begins, kept)] if kept else []
            elif cells:
                faults.append(LineFault(begins, "line", f"has {len(cells)} cells where {len(header)} belong"))
            begins = reader.line_num + 1
    except csv.Error as error:
        return lines, [LineFault(begins, "line", f"is no CSV: {error}")]
    return lines, faults


def _faults_of_header(header: list[str]) -> list[LineFault]:
    known = ", ".join(COLUMNS)
    faults = [LineFault(1, name, f"is no column; there are {known}") for name in header if name not in COLUMNS]
    faults += [LineFault(1, name, "is there twice") for name in COLUMNS if header.count(name) > 1]
    missing = [either for either in _NEEDED if not set(either) & set(header)]
    return faults + [LineFault(1, either[0], f"is missing: {' or '.join(either)}") for either in missing]
