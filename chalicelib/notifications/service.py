"""Notify patients of changes to their appointments."""

from collections.abc import Callable

from chalicelib.accounts.service.tenants import find_tenant
from chalicelib.appointments.model import manage_token
from chalicelib.appointments.model.calendar_file import (
    AppointmentDetails,
    Mailbox,
    method_for,
    patient_event,
    render_calendar,
)
from chalicelib.appointments.model.last_notified import LastNotified, notified_state
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.service import stored_appointments
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.logging import logger
from chalicelib.core.settings import settings
from chalicelib.notifications.mail import AddressRejected, Mail, Mailer
from chalicelib.notifications.model.mail_text import render
from chalicelib.notifications.model.notification import (
    NotificationJob,
    NotificationKind,
    may_concern_patient,
    notification_due,
)
from chalicelib.notifications.queue import NotificationQueue, notification_queue
from chalicelib.scheduling.service.tenant_schedule import load_schedule


def on_appointment_change(
    key: AppointmentKey,
    old: Image | None,
    new: Image | None,
    *,
    queue: Callable[[], NotificationQueue] = notification_queue,
    clock: Clock = utc_now,
) -> None:
    """Queue a notification job if a change may concern the patient.

    `old` and `new` are the images of its stream record.
    """
    before = stored_appointments.appointment_from_image(old) if old else None
    after = stored_appointments.appointment_from_image(new) if new else None
    if after and may_concern_patient(before, after, clock()):
        queue().send(NotificationJob(key.tenant_id, key.appointment_id, after.version))


def notify(job: NotificationJob, mailer: Mailer, *, clock: Clock = utc_now) -> NotificationKind | None:
    """Send the notification that is due, if any, and store the state that it conveys.

    Two reads; two more, a mail and a write if a notification is due. A function that dies between mail and write
    sends the mail again, which changes nothing in the patient's calendar.

    Returns:
        The kind of notification sent, or None.
    """
    tenant_id, appointment_id = job.tenant_id, job.appointment_id
    record = stored_appointments.find_record(tenant_id, appointment_id, consistent=True)
    last = stored_appointments.find_last_notified(tenant_id, appointment_id)
    kind = notification_due(last, record.appointment, clock()) if record else None
    if record is None or kind is None:
        return None
    try:
        mailer.send(_compose(kind, tenant_id, record, last))
    except AddressRejected as rejection:
        # The practice can call the patient.
        logger().warning("a patient's address takes no mail", appointment_id=appointment_id, why=str(rejection))
    stored_appointments.save_last_notified(tenant_id, appointment_id, notified_state(record.appointment))
    return kind


def _compose(kind: NotificationKind, tenant_id: str, record: AppointmentRecord, last: LastNotified | None) -> Mail:
    appointment = record.appointment
    details = _details_of(tenant_id, record)
    practice = Mailbox(details.practice, settings().mail_from)
    patient = Mailbox(appointment.patient.name, appointment.patient.email)
    method = method_for(appointment.status, is_sent=True)
    event = patient_event(appointment, details, organizer=practice, attendee=patient)
    return Mail(
        to=patient.email,
        practice=details.practice,
        text=render(kind, appointment, details, last),
        calendar=render_calendar([event], method),
        method=method,
    )


def _details_of(tenant_id: str, record: AppointmentRecord) -> AppointmentDetails:
    """Return the names in a mail; two reads."""
    appointment = record.appointment
    tenant, schedule = find_tenant(tenant_id), load_schedule(tenant_id)
    doctor = schedule.doctors.get(appointment.doctor_id)
    service = schedule.services.get(appointment.service_id)
    return AppointmentDetails(
        practice=tenant.name if tenant else "",
        doctor=doctor.name if doctor else "",
        service=service.name if service else appointment.title,
        link=_manage_link(tenant_id, record),
    )


def _manage_link(tenant_id: str, record: AppointmentRecord) -> str:
    origin, secret = settings().public_origin, record.manage_secret
    if not origin or not secret:
        return ""
    return f"{origin}/b/{manage_token.encode(tenant_id, record.appointment.id, secret)}"
