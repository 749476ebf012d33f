"""Calendar files (iCalendar): an appointment for calendar programs.

RFC 5545 defines the format, RFC 5546 the method (publish, request, cancel), RFC 7986 the calendar's name and
refresh interval. The decisions are in docs/adr/0034-calendar-files.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from chalicelib.appointments.model.appointment import Appointment, Status

if TYPE_CHECKING:
    from icalendar import Calendar, vCalAddress
    from icalendar import Event as Component

# PUBLISH shows an event, REQUEST adds it or updates it, CANCEL removes it.
Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
MEDIA_TYPE: Final = "text/calendar"
_PRODUCT_ID = "-//Holdfast//Appointments//EN"
# RFC 7986, section 5.3, advises against host names; the id is a random UUID already.
_UID_SUFFIX = "@holdfast"
# RFC 5545, section 3.8.1.11; all others are CONFIRMED.
_STATUS: dict[Status, str] = {"pending": "TENTATIVE", "cancelled": "CANCELLED"}
# Unicode's other line ends. RFC 5545 does not count them, but some readers do.
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"))
# RFC 5545, section 3.1, forbids control characters, escaped or not.
_CONTROL_CHARACTERS = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
_UNQUOTABLE_CHARACTERS = str.maketrans('"\\', "'/")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name with a mail address: the organizer or the attendee."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One appointment in a calendar file.

    `sequence` grows with each change, made at `changed_at`.
    """

    id: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    start: datetime
    end: datetime
    status: Status
    summary: str
    location: str = ""
    description: str = ""
    link: str = ""
    organizer: Mailbox | None = None
    attendee: Mailbox | None = None


@dataclass(frozen=True, slots=True)
class AppointmentDetails:
    """An appointment for its patient: names, and the link to the self-service page."""

    practice: str
    doctor: str
    service: str
    link: str = ""


def patient_event(
    appointment: Appointment,
    details: AppointmentDetails,
    *,
    organizer: Mailbox | None = None,
    attendee: Mailbox | None = None,
) -> CalendarEvent:
    """Return the event for the patient's calendar.

    Only a mailed file has an attendee; RFC 5546, section 3.2.1, forbids attendees in a published one.
    """
    description = f"To see, move or cancel it: {details.link}" if details.link else ""
    event = to_event(appointment, f"{details.service} with {details.doctor}")
    return replace(
        event,
        location=details.practice,
        description=description,
        link=details.link,
        organizer=organizer,
        attendee=attendee,
    )


def to_event(appointment: Appointment, summary: str) -> CalendarEvent:
    """Return an appointment as an event with this summary."""
    return CalendarEvent(
        id=appointment.id,
        sequence=appointment.version - 1,
        created_at=appointment.created_at,
        changed_at=appointment.updated_at,
        start=appointment.starts_at,
        end=appointment.ends_at,
        status=appointment.status,
        summary=summary,
    )


def method_for(status: Status, *, is_sent: bool) -> Method:
    """Return the method of a mailed (`is_sent`) or a fetched file."""
    if status == "cancelled":
        return "CANCEL"
    return "REQUEST" if is_sent else "PUBLISH"


def render_calendar(
    events: Sequence[CalendarEvent], method: Method, *, name: str = "", refresh_interval: timedelta | None = None
) -> bytes:
    """Render the file in UTF-8, with CRLF and lines of at most 75 octets.

    RFC 5545, section 3.1. A `name` makes it a calendar to subscribe to, which programs fetch again after
    `refresh_interval`.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        # RFC 7986, section 5.1, and the older property that all programs read.
        calendar.add("name", _clean_text(name))
        calendar.add("x-wr-calname", _clean_text(name))
    if refresh_interval:
        _add_refresh_interval(calendar, refresh_interval)
    for event in events:
        calendar.add_component(_to_component(event))
    file: bytes = calendar.to_ical(sorted=False)
    return file


def content_type(method: Method) -> str:
    """Return the `Content-Type`, with the method (RFC 5545, section 8.1)."""
    return f"{MEDIA_TYPE}; charset=utf-8; method={method}"


def _add_refresh_interval(calendar: "Calendar", interval: timedelta) -> None:
    from icalendar import vDuration

    # RFC 7986, section 5.7, and Outlook's property.
    calendar.add("refresh-interval", vDuration(interval, params={"VALUE": "DURATION"}))
    calendar.add("x-published-ttl", vDuration(interval))


def _to_component(event: CalendarEvent) -> "Component":
    from icalendar import Event as Component

    component = Component()
    component.add("uid", f"{event.id}{_UID_SUFFIX}")
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at)
    component.add("created", event.created_at)
    component.add("last-modified", event.changed_at)
    component.add("dtstart", event.start)
    component.add("dtend", event.end)
    component.add("status", _STATUS.get(event.status, "CONFIRMED"))
    component.add("summary", _clean_text(event.summary))
    for name, text in (("location", event.location), ("description", event.description)):
        if text:
            component.add(name, _clean_text(text))
    if event.link:
        component.add("url", event.link)
    if event.organizer:
        component.add("organizer", _to_address(event.organizer), encode=False)
    if event.attendee:
        component.add("attendee", _to_attendee(event.attendee), encode=False)
    return component


def _to_attendee(mailbox: Mailbox) -> "vCalAddress":
    """Mark the patient as having accepted, with no reply expected.

    RFC 5545, sections 3.2.12 and 3.2.17.
    """
    address = _to_address(mailbox)
    address.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    return address


def _to_address(mailbox: Mailbox) -> "vCalAddress":
    from icalendar import vCalAddress

    # A parameter allows no line ends or double quotes (RFC 5545, section 3.2); some readers misread backslashes.
    name = " ".join(_clean_text(mailbox.name).translate(_UNQUOTABLE_CHARACTERS).split())
    return vCalAddress(f"mailto:{mailbox.email}", params={"CN": name})


def _clean_text(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_LINE_ENDS).translate(_CONTROL_CHARACTERS)
