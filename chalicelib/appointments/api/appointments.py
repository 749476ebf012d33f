"""Endpoints that list and read appointments."""

from chalicelib.appointments.model.appointment import Appointment, AppointmentPage
from chalicelib.appointments.service import appointments
from chalicelib.appointments.service.appointments import AppointmentsQuery
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint


@endpoint(query=AppointmentsQuery, response=AppointmentPage)
def list_appointments(request: Request[None, AppointmentsQuery]) -> AppointmentPage:
    """List the practice's appointments by start time."""
    return appointments.list_appointments(request.principal, request.query)


@endpoint(response=Appointment)
def get_appointment(request: Request[None, None], appointment_id: str) -> Appointment:
    """Get an appointment."""
    return appointments.get(request.principal, appointment_id, consistent=True)
