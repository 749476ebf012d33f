"""The words of a mail to a patient: a subject, a plain text, and the same as HTML."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from unicodedata import category

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.appointments.model.calendar_file import AppointmentDetails
from chalicelib.appointments.model.last_notified import LastNotified, NotificationKind

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
# Control characters, and halves of characters.
_INVISIBLE_CATEGORIES = ("Cc", "Cs")
_LINK_TEXT = "See, move or cancel it"


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail's subject, its text, and the same as HTML."""

    subject: str
    text: str
    html: str


def render(
    kind: NotificationKind, appointment: Appointment, details: AppointmentDetails, last: LastNotified | None
) -> MailText:
    """What to write. Times are the patient's own, and name their zone."""
    when = format_time(appointment.starts_at, appointment.ends_at, appointment.time_zone)
    opening = _opening(kind, appointment, details)
    facts = [f"{details.service} with {details.doctor}", when, details.practice]
    moved = kind == "change" and last and (last.starts_at, last.ends_at) != _times(appointment)
    before = (
        f"It was: {format_time(last.starts_at, last.ends_at, appointment.time_zone)}" if moved and last else ""
    )
    link = details.link if kind != "cancellation" else ""
    greeting = f"Dear {_single_line(appointment.patient.name)},"
    paragraphs = [
        [greeting],
        [opening],
        facts,
        [before],
        [f"{_LINK_TEXT}: {link}" if link else ""],
        [details.practice],
    ]
    shown = [[_single_line(each) for each in lines if each] for lines in paragraphs]
    text = "\n\n".join("\n".join(lines) for lines in shown if lines) + "\n"
    return MailText(
        _subject(kind, appointment, details), text, _render_html([lines for lines in shown if lines], link)
    )


def format_time(start: datetime, end: datetime, zone_name: str) -> str:
    """A stretch of time on a zone's clock: `Monday 2 March 2026, 09:00 to 09:30 (Europe/Lisbon, UTC+00:00)`."""
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


def _times(appointment: Appointment) -> tuple[datetime, datetime]:
    return appointment.starts_at, appointment.ends_at


def _single_line(text: str) -> str:
    """One line, whatever a name contains."""
    return " ".join(
        "".join(each for each in " ".join(text.split()) if category(each) not in _INVISIBLE_CATEGORIES).split()
    )
