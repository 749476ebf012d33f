"""Telling patients what became of their appointments. It is never in the way of what it tells."""

from collections.abc import Callable
from typing import Any

from chalicelib.accounts.service import practice
from chalicelib.appointments.mail import Mail, Mailer, Refused
from chalicelib.appointments.model import StoredAppointment, manage_token
from chalicelib.appointments.model.calendar import Party, Visit, calendar_file, method_of, patients_event
from chalicelib.appointments.model.notice import Kind, Told, due, may_matter, told_of
from chalicelib.appointments.model.notice_text import words
from chalicelib.appointments.notices_queue import NoticeQueue, Occasion, notice_queue
from chalicelib.appointments.store import notices, record
from chalicelib.core import keys
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.observability import logger
from chalicelib.core.settings import settings
from chalicelib.scheduling.service import practice as practice_service

Image = dict[str, Any]


def follow_up(
    partition: str,
    old: Image | None,
    new: Image | None,
    *,
    queue: Callable[[], NoticeQueue] = notice_queue,
    clock: Clock = utc_now,
) -> None:
    """Have its patient told of a change of an appointment, given the images of its stream record, as DynamoDB has
    them. A change that is none of theirs costs nothing.
    """
    before = record.appointment_of(old) if old else None
    after = record.appointment_of(new) if new else None
    if after and may_matter(before, after, clock()):
        tenant_id, appointment_id = keys.appointment_of(partition)
        queue().send(Occasion(tenant_id, appointment_id, after.version))


def tell(occasion: Occasion, mailer: Mailer, *, clock: Clock = utc_now) -> Kind | None:
    """Tell a patient what is new to them, and remember it; what was told, None if nothing was.

    Two reads where nothing is to be told; two more, a mail and a write where something is. Between the mail and
    the write a function can die: then they are told the same again, which changes nothing in their calendar.
    """
    tenant_id, appointment_id = occasion.tenant_id, occasion.appointment_id
    stored = record.find_stored(tenant_id, appointment_id, consistent=True)
    last = notices.find_told(tenant_id, appointment_id)
    kind = due(last, stored.appointment, clock()) if stored else None
    if stored is None or kind is None:
        return None
    try:
        mailer.send(_mail(kind, tenant_id, stored, last))
    except Refused as refusal:
        # They will not hear of it; whoever looks into the log can call them.
        logger().warning("a patient's address takes no mail", appointment_id=appointment_id, why=str(refusal))
    notices.remember_told(tenant_id, appointment_id, told_of(stored.appointment))
    return kind


def _mail(kind: Kind, tenant_id: str, stored: StoredAppointment, last: Told | None) -> Mail:
    appointment = stored.appointment
    visit = _visit(tenant_id, stored)
    sender = Party(visit.practice, settings().mail_from)
    patient = Party(appointment.patient.name, appointment.patient.email)
    method = method_of(appointment.status, is_sent=True)
    event = patients_event(appointment, visit, organizer=sender, attendee=patient)
    return Mail(
        to=patient.email,
        practice=visit.practice,
        words=words(kind, appointment, visit, last),
        calendar=calendar_file([event], method),
        method=method,
    )


def _visit(tenant_id: str, stored: StoredAppointment) -> Visit:
    """The names in a mail; two reads."""
    found = stored.appointment
    tenant, setup = practice.tenant_by_id(tenant_id), practice_service.setup_of(tenant_id)
    doctor, service = setup.doctors.get(found.doctor_id), setup.services.get(found.service_id)
    return Visit(
        practice=tenant.name if tenant else "",
        doctor=doctor.name if doctor else "",
        service=service.name if service else found.title,
        link=_link(tenant_id, stored),
    )


def _link(tenant_id: str, stored: StoredAppointment) -> str:
    origin, secret = settings().public_origin, stored.manage_secret
    if not origin or not secret:
        return ""
    return f"{origin}/b/{manage_token.of(tenant_id, stored.appointment.id, secret)}"
