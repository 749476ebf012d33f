"""Appointments as CSV records."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.appointments.model.csv_format import COLUMNS, escape_formula
from chalicelib.core.clock import rfc3339


@dataclass(frozen=True, slots=True)
class DisplayNames:
    """The names of doctors and services by id."""

    doctors: Mapping[str, str]
    services: Mapping[str, str]


def to_csv(appointments: Iterable[Appointment], names: DisplayNames) -> Iterator[str]:
    """Yield the file record by record, header first, each with its line end."""
    yield _format_record(COLUMNS)
    for appointment in appointments:
        yield _format_record([escape_formula(cell) for cell in _to_cells(appointment, names)])


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
