"""A line of an imported file as the form that a member would have filled in."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from chalicelib.appointments.model.exchange import Line, LineFault
from chalicelib.appointments.model.record import AppointmentForm
from chalicelib.core.shape import Unfit, parse_json
from chalicelib.scheduling.model import Doctor, Service, Setup

_PATIENT = {"patientName": "name", "patientEmail": "email", "patientPhone": "phone"}
# A form's field, by the column that it comes from.
_COLUMN_OF = {f"patient.{field}": column for column, field in _PATIENT.items()}
_ITS_OWN = ("startsAt", "endsAt", "timeZone", "status", "title", "notes")


class Unusable(Exception):
    """A line cannot be entered; `faults` say why."""

    def __init__(self, faults: list[LineFault]) -> None:
        super().__init__("a line cannot be entered")
        self.faults = faults


def form_of(line: Line, setup: Setup) -> AppointmentForm:
    """What a line asks to be entered, its end included.

    Raises:
        Unusable: naming every fault of the line.
    """
    faults: list[LineFault] = []
    doctor_id = _named(line, "doctor", setup.doctors, faults)
    service_id = _named(line, "service", setup.services, faults)
    patient = {field: line.cells[column] for column, field in _PATIENT.items() if column in line.cells}
    own = {name: line.cells[name] for name in _ITS_OWN if name in line.cells}
    body = {"doctorId": doctor_id, "serviceId": service_id, "patient": patient, **own}
    try:
        form = parse_json(AppointmentForm, json.dumps(body).encode())
    except Unfit as unfit:
        faults += [fault_of(line, field, message) for field, message in unfit.faults]
        raise Unusable(faults) from None
    if faults:
        raise Unusable(faults)
    lasts = timedelta(minutes=setup.services[service_id].duration_minutes)
    return form if form.ends_at else replace(form, ends_at=form.starts_at + lasts)


def fault_of(line: Line, field: str, message: str) -> LineFault:
    """What is wrong with a form's field, by the column that it comes from."""
    return LineFault(line.number, _COLUMN_OF.get(field, field), message)


def id_of(tenant_id: str, line: Line, form: AppointmentForm) -> str:
    """The id of the appointment that a line becomes: the same each time that the same line comes.

    The same line is one with the same `id`, whatever else it says; without one, a line with the same patient,
    doctor and start.
    """
    name = line.cells.get("id")
    key = [name] if name else [form.doctor_id, form.patient.email, form.patient.name, form.starts_at.isoformat()]
    return hashlib.sha256(json.dumps([tenant_id, *key]).encode()).hexdigest()[:32]


def _named(
    line: Line, kind: str, there: Mapping[str, Doctor] | Mapping[str, Service], faults: list[LineFault]
) -> str:
    """The id of the doctor or service that a line names by id or by name, and a fault if there is not just one."""
    column = f"{kind}Id"
    if given := line.cells.get(column):
        found: Collection[str] = [given] if given in there and not there[given].archived else []
    else:
        column = kind
        name = line.cells.get(kind, "").strip().casefold()
        found = [each.id for each in there.values() if each.name.strip().casefold() == name and not each.archived]
    if len(found) == 1:
        return next(iter(found))
    wrong = f"is more than one; name it by {kind}Id" if found else f"is no {kind} of this practice"
    faults.append(LineFault(line.number, column, wrong if line.cells.get(column) else "is required"))
    return ""
