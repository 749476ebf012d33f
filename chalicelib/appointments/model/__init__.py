"""The nouns of an appointment, and the rules that need neither a database nor a web."""

from chalicelib.appointments.model.cursor import from_cursor, to_cursor
from chalicelib.appointments.model.record import (
    EDITABLE,
    Appointment,
    AppointmentForm,
    AppointmentVersionMismatch,
    Changes,
    Editor,
    Notes,
    Page,
    Patient,
    Phone,
    Reference,
    SavedAppointment,
    Status,
    Title,
    faults_of,
    fields_of,
)

__all__ = [
    "EDITABLE",
    "Appointment",
    "AppointmentForm",
    "AppointmentVersionMismatch",
    "Changes",
    "Editor",
    "Notes",
    "Page",
    "Patient",
    "Phone",
    "Reference",
    "SavedAppointment",
    "Status",
    "Title",
    "faults_of",
    "fields_of",
    "from_cursor",
    "to_cursor",
]
