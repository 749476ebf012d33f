"""A line of an imported file as the form that a member would have filled in."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from chalicelib.appointments.model.appointment import AppointmentForm
from chalicelib.appointments.model.csv_file import CsvRow, CsvRowError
from chalicelib.core.http.schema import ValidationError, parse_json
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule

_PATIENT_COLUMNS = {"patientName": "name", "patientEmail": "email", "patientPhone": "phone"}
# A form's field, by the column that it comes from.
_COLUMN_BY_FIELD = {f"patient.{field}": column for column, field in _PATIENT_COLUMNS.items()}
_PLAIN_COLUMNS = ("startsAt", "endsAt", "timeZone", "status", "title", "notes")


class InvalidRow(Exception):
    """A line cannot be entered; `faults` say why."""

    def __init__(self, faults: list[CsvRowError]) -> None:
        super().__init__("a line cannot be entered")
        self.errors = faults


def to_form(row: CsvRow, setup: TenantSchedule) -> AppointmentForm:
    """What a line asks to be entered, its end included.

    Raises:
        Unusable: naming every fault of the line.
    """
    faults: list[CsvRowError] = []
    doctor_id = _resolve(row, "doctor", setup.doctors, faults)
    service_id = _resolve(row, "service", setup.services, faults)
    patient = {field: row.cells[column] for column, field in _PATIENT_COLUMNS.items() if column in row.cells}
    own = {name: row.cells[name] for name in _PLAIN_COLUMNS if name in row.cells}
    body = {"doctorId": doctor_id, "serviceId": service_id, "patient": patient, **own}
    try:
        form = parse_json(AppointmentForm, json.dumps(body).encode())
    except ValidationError as unfit:
        faults += [row_error(row, field, message) for field, message in unfit.errors]
        raise InvalidRow(faults) from None
    if faults:
        raise InvalidRow(faults)
    lasts = timedelta(minutes=setup.services[service_id].duration_minutes)
    return form if form.ends_at else replace(form, ends_at=form.starts_at + lasts)


def row_error(row: CsvRow, field: str, message: str) -> CsvRowError:
    """What is wrong with a form's field, by the column that it comes from."""
    return CsvRowError(row.line_number, _COLUMN_BY_FIELD.get(field, field), message)


def derive_id(tenant_id: str, row: CsvRow, form: AppointmentForm) -> str:
    """The id of the appointment that a line becomes: the same each time that the same line comes.

    The same line is one with the same `id`, whatever else it says; without one, a line with the same patient,
    doctor and start.
    """
    name = row.cells.get("id")
    key = [name] if name else [form.doctor_id, form.patient.email, form.patient.name, form.starts_at.isoformat()]
    return hashlib.sha256(json.dumps([tenant_id, *key]).encode()).hexdigest()[:32]


def _resolve(
    row: CsvRow, kind: str, known: Mapping[str, Doctor] | Mapping[str, Service], errors: list[CsvRowError]
) -> str:
    """The id of the doctor or service that a line names by id or by name, and a fault if there is not just one."""
    column = f"{kind}Id"
    if given := row.cells.get(column):
        found: Collection[str] = [given] if given in known and not known[given].archived else []
    else:
        column = kind
        name = row.cells.get(kind, "").strip().casefold()
        found = [each.id for each in known.values() if each.name.strip().casefold() == name and not each.archived]
    if len(found) == 1:
        return next(iter(found))
    wrong = f"is more than one; name it by {kind}Id" if found else f"is no {kind} of this practice"
    errors.append(CsvRowError(row.line_number, column, wrong if row.cells.get(column) else "is required"))
    return ""
