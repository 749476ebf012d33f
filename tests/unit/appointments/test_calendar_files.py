"""Calendar files, read by two independent parsers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model.appointment import Appointment, Editor, Patient, Status
from chalicelib.appointments.model.calendar_file import (
    AppointmentDetails,
    CalendarEvent,
    Mailbox,
    content_type,
    method_for,
    patient_event,
    render_calendar,
    to_event,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LONGEST_LINE = 75
LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
# What one would rather not find in a name, beside any text at all.
NASTY = st.sampled_from(
    [
        "\r\n",
        "\n",
        ",",
        ";",
        ":",
        "\\",
        '"',
        "^n",
        "\\n",
        "\x00",
        "\x1b",
        "\x7f",
        "\t",
        " ",
        "😀",
        "é",
        "BEGIN:VEVENT",
    ]
)


def meant(text: str) -> str:
    """Return a text's characters and line ends."""
    for end in LINE_ENDS:
        text = text.replace(end, "\n")
    return "".join(one for one in text if one in "\n\t" or not _is_control(one))


def _is_control(one: str) -> bool:
    return ord(one) < 0x20 or 0x7F <= ord(one) < 0xA0


TEXT = st.lists(NASTY | st.text(max_size=20), min_size=1, max_size=12).map("".join).filter(meant)
INSTANT = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda instant: instant.replace(microsecond=0)
)


def event(**fields: Any) -> CalendarEvent:
    """Return an event at nine, with other fields than usual."""
    usual: dict[str, Any] = {
        "id": "a1",
        "sequence": 0,
        "created_at": NOW,
        "changed_at": NOW,
        "start": NOW,
        "end": NOW + timedelta(minutes=30),
        "status": "confirmed",
        "summary": "Check-up with Dr. Nunes",
    }
    return CalendarEvent(**usual | fields)


def lines(file: bytes) -> Iterator[bytes]:
    """Return the lines unchanged; the last one is terminated too."""
    *whole, rest = file.split(b"\r\n")
    assert rest == b""
    assert not any(bare in line for line in whole for bare in (b"\r", b"\n"))
    yield from whole


@given(summary=TEXT, location=TEXT, description=TEXT, start=INSTANT, minutes=st.integers(5, 1440))
def test_calendar_file_round_trips_any_text(
    summary: str, location: str, description: str, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    written = event(summary=summary, location=location, description=description, start=start, end=end)

    file = render_calendar([written], "PUBLISH")

    assert max(len(line) for line in lines(file)) <= LONGEST_LINE
    (read,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    other = vobject.readOne(file.decode()).vevent
    for name, text in (("summary", summary), ("location", location), ("description", description)):
        assert str(read[name]) == meant(text)
        assert getattr(other, name).value == meant(text)
    assert (
        (read.decoded("dtstart"), read.decoded("dtend"))
        == (start, end)
        == (other.dtstart.value, other.dtend.value)
    )


@given(name=TEXT, email=st.sampled_from(["marta@patients.test", "o'neil+a=b@patients.test"]))
def test_mailbox_name_stays_in_its_parameter(name: str, email: str) -> None:
    party = Mailbox(name, email)

    file = render_calendar([event(organizer=party, attendee=party)], "REQUEST")

    assert max(len(line) for line in lines(file)) <= LONGEST_LINE
    (read,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    other = vobject.readOne(file.decode()).vevent
    expected = " ".join(meant(name).replace('"', "'").replace("\\", "/").split())
    for found in (read["organizer"], read["attendee"]):
        assert found == f"mailto:{email}"
        assert str(found.params["CN"]) == expected
    assert other.organizer.value == other.attendee.value == f"mailto:{email}"
    assert read["attendee"].params["PARTSTAT"] == "ACCEPTED"


@pytest.mark.parametrize(
    ("status", "written"),
    [
        ("pending", "TENTATIVE"),
        ("confirmed", "CONFIRMED"),
        ("completed", "CONFIRMED"),
        ("no_show", "CONFIRMED"),
        ("cancelled", "CANCELLED"),
    ],
)
def test_event_status_is_one_of_the_format(status: Status, written: str) -> None:
    assert f"STATUS:{written}".encode() in lines(render_calendar([event(status=status)], "PUBLISH"))


def test_cancelled_appointment_has_method_cancel() -> None:
    assert method_for("cancelled", is_sent=True) == method_for("cancelled", is_sent=False) == "CANCEL"
    assert method_for("pending", is_sent=True) == method_for("confirmed", is_sent=True) == "REQUEST"
    assert method_for("confirmed", is_sent=False) == "PUBLISH"
    assert content_type("CANCEL") == "text/calendar; charset=utf-8; method=CANCEL"


def test_event_keeps_its_uid_and_raises_its_sequence() -> None:
    first, later = (_appointment(version) for version in (1, 4))

    files = [render_calendar([to_event(each, "Check-up")], "PUBLISH") for each in (first, later)]

    uids = [{line for line in lines(file) if line.startswith(b"UID:")} for file in files]
    assert uids == [{b"UID:a1@holdfast"}, {b"UID:a1@holdfast"}]
    assert b"SEQUENCE:0" in lines(files[0])
    assert b"SEQUENCE:3" in lines(files[1])
    assert render_calendar([to_event(first, "Check-up")], "PUBLISH") == files[0], "the same each time"


def test_patient_event_has_details_and_manage_link() -> None:
    visit = AppointmentDetails("Riverside Clinic", "Dr. Nunes", "Check-up", "https://book.test/b/t.a.s")

    file = render_calendar([patient_event(_appointment(1), visit)], "PUBLISH")

    assert {
        b"SUMMARY:Check-up with Dr. Nunes",
        b"LOCATION:Riverside Clinic",
        b"DESCRIPTION:To see\\, move or cancel it: https://book.test/b/t.a.s",
        b"URL:https://book.test/b/t.a.s",
    } <= set(lines(file))
    assert b"ATTENDEE" not in file


def test_calendar_has_name_and_refresh_interval() -> None:
    file = render_calendar([], "PUBLISH", name="Dr. Nunes", refresh_interval=timedelta(hours=1))

    assert {
        b"NAME:Dr. Nunes",
        b"X-WR-CALNAME:Dr. Nunes",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        b"X-PUBLISHED-TTL:PT1H",
    } <= set(lines(file))


def _appointment(version: int) -> Appointment:
    return Appointment(
        id="a1",
        doctor_id="d1",
        service_id="s1",
        patient=Patient("Marta", "marta@patients.test"),
        starts_at=NOW,
        ends_at=NOW + timedelta(minutes=30),
        time_zone="Europe/Lisbon",
        status="confirmed",
        title="Check-up",
        notes="",
        version=version,
        created_at=NOW,
        updated_at=NOW,
        updated_by=Editor("u1", "Dana"),
    )
