"""CSV files: round trips, and formulas that no spreadsheet runs."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model.appointment import Patient
from chalicelib.appointments.model.csv_export import DisplayNames, to_csv
from chalicelib.appointments.model.csv_format import COLUMNS, escape_formula, unescape_formula
from chalicelib.appointments.model.csv_import import CsvRow, CsvRowError, InvalidRow, derive_id, parse_csv, to_form
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from tests.unit.notifications.test_notifications import appointment

NASTY = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "\r\n", "'", '"', ",", ";", "1", "é", "\u2028"])
TEXT = st.lists(NASTY | st.characters(exclude_categories=["Cs"]), max_size=12).map("".join)
NAMES = DisplayNames({"d1": "Dr. Nunes"}, {"s1": "Check-up"})
DOCTOR = Doctor("d1", "Dr. Nunes", "Europe/Lisbon", "", ["s1"], [], [], [])
SERVICE = Service("s1", "Check-up", 30, 0, 0, None, "#4f46e5")
SETUP = TenantSchedule({"d1": DOCTOR}, {"s1": SERVICE}, {}, BookingRules())
HEADER = "doctor,service,patientName,patientEmail,startsAt"
ROW = "Dr. Nunes,Check-up,Marta,marta@patients.test,2026-03-02T10:00:00+01:00"


def form_faults(line: CsvRow, setup: TenantSchedule = SETUP) -> list[tuple[int, str, str]]:
    """Return the errors of a line: its number, the column and the message."""
    with pytest.raises(InvalidRow) as unusable:
        to_form(line, setup)
    return [(fault.line, fault.field, fault.message) for fault in unusable.value.errors]


def only(text: str) -> CsvRow:
    """Return the only line of a valid file."""
    (line,), faults = parse_csv(text)
    assert not faults
    return line


@given(TEXT)
def test_formula_escape_is_reversible(cell: str) -> None:
    assert unescape_formula(escape_formula(cell)) == cell
    assert escape_formula(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")


@given(name=TEXT, title=TEXT, notes=TEXT, phone=TEXT)
def test_csv_export_round_trips_through_import(name: str, title: str, notes: str, phone: str) -> None:
    one = replace(appointment(), patient=Patient(name, "marta@patients.test", phone), title=title, notes=notes)

    text = "".join(to_csv([one], NAMES))

    header, row = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == COLUMNS
    assert len(row) == len(COLUMNS)
    cells = only(text).cells
    for column, value in (("patientName", name), ("title", title), ("notes", notes), ("patientPhone", phone)):
        assert cells.get(column, "") == (value if escape_formula(value).strip() else "")


def test_csv_export_conforms_to_rfc_4180() -> None:
    text = "".join(to_csv([replace(appointment(), notes='Says "hello",\nand more')], NAMES))
    assert text.startswith("id,doctor,doctorId,service,")
    assert text.endswith(',"Says ""hello"",\nand more"\r\n')
    assert "2026-03-02T09:00:00Z,2026-03-02T09:30:00Z,Europe/Lisbon,confirmed" in text


def test_csv_row_becomes_appointment_form() -> None:
    form = to_form(only(f"{HEADER}\r\n{ROW}\r\n"), SETUP)
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (form.doctor_id, form.service_id, form.patient) == ("d1", "s1", Patient("Marta", "marta@patients.test"))
    assert (form.starts_at, form.ends_at) == (start, start + timedelta(minutes=30)), "as long as its service"
    assert (form.status, form.title, form.notes) == ("confirmed", None, "")


@pytest.mark.parametrize("text", ["\ufeff{}\r\n{}", "{}\n{}\n\n"])
def test_csv_import_accepts_spreadsheet_variants(text: str) -> None:
    plain = text.format(HEADER, ROW)
    assert only(plain).cells["doctor"] == "Dr. Nunes"
    assert only(plain.replace(",", ";")).cells == only(plain).cells


def test_csv_doctor_is_found_by_id_or_name_in_any_case() -> None:
    assert to_form(only(f"{HEADER}\n{ROW.replace('Dr. Nunes', 'dr. nunes ')}"), SETUP).doctor_id == "d1"
    by_id = f"{HEADER.replace('doctor', 'doctorId')}\n{ROW.replace('Dr. Nunes', 'd1')}"
    assert to_form(only(by_id), SETUP).doctor_id == "d1"


def test_csv_name_must_match_one_active_doctor() -> None:
    twin, gone = replace(DOCTOR, id="d2"), replace(DOCTOR, archived=True)
    line = only(f"{HEADER}\n{ROW}")
    assert form_faults(line, replace(SETUP, doctors={"d1": DOCTOR, "d2": twin})) == [
        (2, "doctor", "is more than one; name it by doctorId")
    ]
    assert form_faults(line, replace(SETUP, doctors={"d1": gone})) == [
        (2, "doctor", "is no doctor of this practice")
    ]
    assert to_form(line, replace(SETUP, doctors={"d1": gone, "d2": twin})).doctor_id == "d2"


def test_csv_row_errors_name_their_columns() -> None:
    row = "Dr. Who,,Marta,no address,tomorrow,gone,Nowhere"
    faults = form_faults(only(f"{HEADER},status,timeZone\n{row}"))
    assert [(line, field) for line, field, _ in faults] == [
        (2, "doctor"),
        (2, "service"),
        (2, "patientEmail"),
        (2, "startsAt"),
        (2, "timeZone"),
        (2, "status"),
    ]
    assert faults[1][2] == "is required"


def test_csv_row_error_names_first_line_of_row() -> None:
    text = f'{HEADER},notes\n{ROW},"two\nlines"\n{ROW},"three\r\n\r\nlines"\nshort,row\n'
    lines, faults = parse_csv(text)
    assert [line.line_number for line in lines] == [2, 4]
    assert faults == [CsvRowError(7, "line", "has 2 cells where 6 belong")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", {"doctor", "service", "patientName", "patientEmail", "startsAt"}),
        (f"{HEADER},shoes\n", {"shoes"}),
        (f"{HEADER},notes,notes\n", {"notes"}),
        (HEADER.replace("service,", ""), {"service"}),
    ],
)
def test_csv_header_with_unknown_columns_is_refused(text: str, where: set[str]) -> None:
    lines, faults = parse_csv(text)
    assert lines == []
    assert {fault.field for fault in faults} == where
    assert {fault.line for fault in faults} == {1}


def test_csv_syntax_error_names_its_line() -> None:
    lines, faults = parse_csv(f'{HEADER}\n{ROW}\n"never closed\n\n')
    assert len(lines) == 1
    assert [(fault.line, fault.field) for fault in faults] == [(3, "line")]


def test_csv_row_identity_is_id_or_doctor_patient_start() -> None:
    first, again, later, named = (
        only(text)
        for text in (
            f"{HEADER}\n{ROW}",
            f"{HEADER},notes\n{ROW},Window seat",
            f"{HEADER}\n{ROW.replace('T10', 'T11')}",
            f"id,{HEADER}\nold-7,{ROW}",
        )
    )
    ids = [derive_id("t1", line, to_form(line, SETUP)) for line in (first, again, later, named)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert derive_id("t2", first, to_form(first, SETUP)) != ids[0]
    moved = only(f"id,{HEADER}\nold-7,{ROW.replace('T10', 'T11')}")
    assert derive_id("t1", moved, to_form(moved, SETUP)) == ids[3]
