"""The text of mails to patients: subject, plain text, and the same as HTML."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from unicodedata import category

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.appointments.model.calendar_file import AppointmentDetails
from chalicelib.appointments.model.last_notified import LastNotified
from chalicelib.notifications.model.notification import NotificationKind

_HTML_TEMPLATE = """\
<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1f2937">
<div style="max-width:560px;margin:0 auto">
{paragraphs}
</div>
</body>
</html>
"""
_PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
_LINK = '<a href="{0}" style="color:#4338ca">{1}</a>'
# Control characters and surrogates.
_INVISIBLE_CATEGORIES = ("Cc", "Cs")
_LINK_TEXT = "See, move or cancel it"


@dataclass(frozen=True, slots=True)
class MailText:
    """The subject of a mail, its text, and the same text as HTML."""

    subject: str
    text: str
    html: str


def render(
    kind: NotificationKind, appointment: Appointment, details: AppointmentDetails, last: LastNotified | None
) -> MailText:
    """Render the text of a notification.

    Times are in the appointment's zone and name it.
    """
    link = details.link if kind != "cancellation" else ""
    paragraphs = [
        [f"Dear {_single_line(appointment.patient.name)},"],
        [_opening(kind, appointment, details)],
        [
            f"{details.service} with {details.doctor}",
            format_time(appointment.starts_at, appointment.ends_at, appointment.time_zone),
            details.practice,
        ],
        _previous_time(kind, appointment, last),
        [f"{_LINK_TEXT}: {link}"] if link else [],
        [details.practice],
    ]
    lines = [[_single_line(line) for line in paragraph if line] for paragraph in paragraphs]
    filled = [paragraph for paragraph in lines if paragraph]
    text = "\n\n".join("\n".join(paragraph) for paragraph in filled) + "\n"
    return MailText(_subject(kind, appointment, details), text, _render_html(filled, link))


def _previous_time(kind: NotificationKind, appointment: Appointment, last: LastNotified | None) -> list[str]:
    """Return the line of the time before a move."""
    if (
        kind != "change"
        or not last
        or (last.starts_at, last.ends_at) == (appointment.starts_at, appointment.ends_at)
    ):
        return []
    return [f"It was: {format_time(last.starts_at, last.ends_at, appointment.time_zone)}"]


def format_time(start: datetime, end: datetime, zone_name: str) -> str:
    """Format a period in a zone.

    For example `Monday 2 March 2026, 09:00 to 09:30 (Europe/Lisbon, UTC+00:00)`.
    """
    first, last = _on_clock(start, zone_name), _on_clock(end, zone_name)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{_day(last)}, {last:%H:%M}"
    return f"{_day(first)}, {first:%H:%M} to {until} ({zone_name}, UTC{_utc_offset(first)})"


def _on_clock(instant: datetime, zone_name: str) -> datetime:
    from zoneinfo import ZoneInfo

    return instant.astimezone(ZoneInfo(zone_name))


def _day(instant: datetime) -> str:
    return f"{instant:%A} {instant.day} {instant:%B} {instant.year}"


def _utc_offset(instant: datetime) -> str:
    text = f"{instant:%z}"
    return f"{text[:3]}:{text[3:5]}"


def _subject(kind: NotificationKind, appointment: Appointment, details: AppointmentDetails) -> str:
    day = _on_clock(appointment.starts_at, appointment.time_zone)
    verb = {"confirmation": _status_verb(appointment), "change": "Changed", "cancellation": "Cancelled"}[kind]
    return _single_line(
        f"{verb}: {details.service} with {details.doctor}, {day:%a} {day.day} {day:%b}, {day:%H:%M}"
    )


def _status_verb(appointment: Appointment) -> str:
    return "Requested" if appointment.status == "pending" else "Confirmed"


def _opening(kind: NotificationKind, appointment: Appointment, details: AppointmentDetails) -> str:
    if kind == "cancellation":
        return f"Your appointment at {details.practice} is cancelled:"
    if kind == "change":
        return f"Your appointment at {details.practice} has changed. It is now:"
    if appointment.status == "pending":
        return f"{details.practice} has your request, and will confirm it:"
    return f"Your appointment at {details.practice} is confirmed:"


def _render_html(paragraphs: list[list[str]], link: str) -> str:
    shown = ["<br>\n".join(_to_html_line(line, link) for line in lines) for lines in paragraphs]
    return _HTML_TEMPLATE.format(paragraphs="\n".join(_PARAGRAPH.format(each) for each in shown))


def _to_html_line(line: str, link: str) -> str:
    if link and line.endswith(link):
        return _LINK.format(escape(link), _LINK_TEXT)
    return escape(line)


def _single_line(text: str) -> str:
    """Return a text as one line, without invisible characters."""
    words = " ".join(text.split())
    visible = "".join(each for each in words if category(each) not in _INVISIBLE_CATEGORIES)
    return " ".join(visible.split())
