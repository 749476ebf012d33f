"""Telling patients what became of their appointments. It is never in the way of what it tells."""

from collections.abc import Callable

from chalicelib.accounts.service.tenants import find_tenant
from chalicelib.appointments.model import AppointmentRecord, manage_token
from chalicelib.appointments.model.calendar_file import (
    AppointmentDetails,
    Mailbox,
    method_for,
    patient_event,
    render_calendar,
)
from chalicelib.appointments.model.last_notified import (
    LastNotified,
    NotificationKind,
    may_concern_patient,
    notification_due,
    notified_state,
)
from chalicelib.appointments.store import appointments, last_notified
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.logging import logger
from chalicelib.core.settings import settings
from chalicelib.notifications.mail import AddressRejected, Mail, Mailer
from chalicelib.notifications.model.mail_text import render
from chalicelib.notifications.queue import NotificationJob, NotificationQueue, notification_queue
from chalicelib.scheduling.service.tenant_schedule import load_schedule


def on_appointment_change(
    key: AppointmentKey,
    old: Image | None,
    new: Image | None,
    *,
    queue: Callable[[], NotificationQueue] = notification_queue,
    clock: Clock = utc_now,
) -> None:
    """Have its patient told of a change of an appointment, given the images of its stream record, as DynamoDB has
    them. A change that is none of theirs costs nothing.
    """
    before = appointments.appointment_from_image(old) if old else None
    after = appointments.appointment_from_image(new) if new else None
    if after and may_concern_patient(before, after, clock()):
        queue().send(NotificationJob(key.tenant_id, key.appointment_id, after.version))


def notify(job: NotificationJob, mailer: Mailer, *, clock: Clock = utc_now) -> NotificationKind | None:
    """Tell a patient what is new to them, and remember it; what was told, None if nothing was.

    Two reads where nothing is to be told; two more, a mail and a write where something is. Between the mail and
    the write a function can die: then they are told the same again, which changes nothing in their calendar.
    """
    tenant_id, appointment_id = job.tenant_id, job.appointment_id
    stored = appointments.find_record(tenant_id, appointment_id, consistent=True)
    last = last_notified.find_last_notified(tenant_id, appointment_id)
    kind = notification_due(last, stored.appointment, clock()) if stored else None
    if stored is None or kind is None:
        return None
    try:
        mailer.send(_compose(kind, tenant_id, stored, last))
    except AddressRejected as refusal:
        # They will not hear of it; whoever looks into the log can call them.
        logger().warning("a patient's address takes no mail", appointment_id=appointment_id, why=str(refusal))
    last_notified.save_last_notified(tenant_id, appointment_id, notified_state(stored.appointment))
    return kind


def _compose(kind: NotificationKind, tenant_id: str, stored: AppointmentRecord, last: LastNotified | None) -> Mail:
    appointment = stored.appointment
    visit = _details_of(tenant_id, stored)
    sender = Mailbox(visit.practice, settings().mail_from)
    patient = Mailbox(appointment.patient.name, appointment.patient.email)
    method = method_for(appointment.status, is_sent=True)
    event = patient_event(appointment, visit, organizer=sender, attendee=patient)
    return Mail(
        to=patient.email,
        practice=visit.practice,
        text=render(kind, appointment, visit, last),
        calendar=render_calendar([event], method),
        method=method,
    )


def _details_of(tenant_id: str, stored: AppointmentRecord) -> AppointmentDetails:
    """The names in a mail; two reads."""
    found = stored.appointment
    tenant, setup = find_tenant(tenant_id), load_schedule(tenant_id)
    doctor, service = setup.doctors.get(found.doctor_id), setup.services.get(found.service_id)
    return AppointmentDetails(
        practice=tenant.name if tenant else "",
        doctor=doctor.name if doctor else "",
        service=service.name if service else found.title,
        link=_manage_link(tenant_id, stored),
    )


def _manage_link(tenant_id: str, stored: AppointmentRecord) -> str:
    origin, secret = settings().public_origin, stored.manage_secret
    if not origin or not secret:
        return ""
    return f"{origin}/b/{manage_token.encode(tenant_id, stored.appointment.id, secret)}"
