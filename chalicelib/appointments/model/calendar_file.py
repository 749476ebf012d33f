"""Calendar files: an appointment as calendar programs read it.

RFC 5545 is the format, RFC 5546 says what a file asks its reader to do (its method), RFC 7986 what a calendar is
called and how often it is to be read again. docs/adr/0034-calendar-files.md says why it is as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from chalicelib.appointments.model.appointment import Appointment, Status

if TYPE_CHECKING:
    from icalendar import Calendar, vCalAddress
    from icalendar import Event as Component

# PUBLISH: here it is. REQUEST: put it into your calendar, and change what you have of it. CANCEL: take it out.
Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
MEDIA_TYPE: Final = "text/calendar"
_PRODUCT_ID = "-//Holdfast//Appointments//EN"
# No name of a machine, which RFC 7986, section 5.3, advises against; the id is a random UUID already.
_UID_SUFFIX = "@holdfast"
# RFC 5545, section 3.8.1.11, has no more than these for an event.
_STATUS: dict[Status, str] = {"pending": "TENTATIVE", "cancelled": "CANCELLED"}
# What Unicode and old printers call the end of a line; some readers believe them, though RFC 5545 does not.
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"))
# RFC 5545, section 3.1: no other control characters, whether escaped or not.
_CONTROL_CHARACTERS = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
_UNQUOTABLE_CHARACTERS = str.maketrans('"\\', "'/")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who invites, or who is invited."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One appointment in a calendar file. `sequence` grows with each change; `changed_at` is when that was."""

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
    """What a patient calls an appointment: by names, and with the link by which they change it, if they can."""

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
    """An appointment as its patient's calendar shows it.

    Only what is sent to them has an attendee; RFC 5546, section 3.2.1, forbids one in what is published.
    """
    description = f"To see, move or cancel it: {details.link}" if details.link else ""
    plain = to_event(appointment, f"{details.service} with {details.doctor}")
    return replace(
        plain,
        location=details.practice,
        description=description,
        link=details.link,
        organizer=organizer,
        attendee=attendee,
    )


def to_event(appointment: Appointment, summary: str) -> CalendarEvent:
    """An appointment as an event under this heading."""
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
    """What a file about one appointment asks of its reader: one that is sent, or one that is fetched."""
    if status == "cancelled":
        return "CANCEL"
    return "REQUEST" if is_sent else "PUBLISH"


def render_calendar(
    events: Sequence[CalendarEvent], method: Method, *, name: str = "", refresh_interval: timedelta | None = None
) -> bytes:
    """The file: UTF-8, lines that end in CRLF and have 75 octets at most (RFC 5545, section 3.1).

    With a name it is a calendar of its own, which programs read again after that time.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        # RFC 7986, section 5.1, and what everybody reads.
        calendar.add("name", _clean_text(name))
        calendar.add("x-wr-calname", _clean_text(name))
    if refresh_interval:
        _add_refresh_interval(calendar, refresh_interval)
    for event in events:
        calendar.add_component(_to_component(event))
    file: bytes = calendar.to_ical(sorted=False)
    return file


def content_type(method: Method) -> str:
    """The header of such a file; RFC 5545, section 8.1, wants the method there too."""
    return f"{MEDIA_TYPE}; charset=utf-8; method={method}"


def _add_refresh_interval(calendar: "Calendar", interval: timedelta) -> None:
    from icalendar import vDuration

    # RFC 7986, section 5.7, and what Outlook reads.
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
    """Who has booked has said yes, and need not say it again (RFC 5545, sections 3.2.12 and 3.2.17)."""
    address = _to_address(mailbox)
    address.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    return address


def _to_address(mailbox: Mailbox) -> "vCalAddress":
    from icalendar import vCalAddress

    # A parameter has neither lines nor double quotes (RFC 5545, section 3.2), and some readers of one stumble over
    # a backslash.
    name = " ".join(_clean_text(mailbox.name).translate(_UNQUOTABLE_CHARACTERS).split())
    return vCalAddress(f"mailto:{mailbox.email}", params={"CN": name})


def _clean_text(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_LINE_ENDS).translate(_CONTROL_CHARACTERS)
