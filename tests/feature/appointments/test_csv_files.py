"""CSV export and import over HTTP."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.appointments.service import csv_import
from tests.app_client.member import Member
from tests.app_client.notification_queue import NotificationQueue
from tests.app_client.practice import Practice
from tests.app_client.response import Response
from tests.app_client.stream import Stream

HEADER = "id,doctor,service,patientName,patientEmail,patientPhone,startsAt,notes"
TOMORROW = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)


def row(hours: int, name: str = "Marta", number: str = "", notes: str = "") -> str:
    """Return a row for a patient at so many hours after nine tomorrow."""
    start = (TOMORROW + timedelta(hours=hours)).isoformat()
    return f"{number},Dr. Nunes,Check-up,{name},{name.lower()}@patients.test,'+351 210,{start},{notes}"


def imports(member: Member, *rows: str, **how: bool) -> Response:
    """Send a file."""
    answer = member.post("/appointments-import", {"csv": "\r\n".join([HEADER, *rows]), **how})
    assert answer.status == 200, answer.body
    return answer


def exported(member: Member, query: str = "") -> list[dict[str, str]]:
    """Return the rows of this week's file."""
    begin, end = ((TOMORROW + timedelta(days=days)).date() for days in (-3, 4))
    answer = member.get(f"/appointments-export?from={begin}T00:00:00Z&to={end}T00:00:00Z{query}")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    return list(csv.DictReader(io.StringIO(answer.body, newline="")))


def test_csv_import_repeated_changes_nothing(practice: Practice, alice: Member) -> None:
    rows = [row(0), row(1, "Nuno", "old-7"), row(0)]

    assert imports(alice, *rows).body == {"imported": 2, "skipped": 1, "faults": []}
    assert imports(alice, *rows).body == {"imported": 0, "skipped": 3, "faults": []}

    first, second = exported(alice)
    assert (first["doctor"], first["doctorId"]) == ("Dr. Nunes", practice.doctor_id)
    assert (first["patientName"], second["patientName"]) == ("Marta", "Nuno")
    assert first["patientPhone"] == "'+351 210", "no formula"
    entered = alice.get(f"/appointments/{first['id']}")
    assert entered["patient"] == {"name": "Marta", "email": "marta@patients.test", "phone": "+351 210"}
    assert (entered["title"], entered["timeZone"]) == ("Check-up", "Europe/Lisbon")


def test_csv_import_skips_exported_rows(practice: Practice, alice: Member) -> None:
    practice.creates_appointment(startsAt=TOMORROW.isoformat(), notes="=1+1, or so\nand more")
    begin, end = TOMORROW - timedelta(days=1), TOMORROW + timedelta(days=1)
    query = f"from={begin:%Y-%m-%dT%H:%M:%SZ}&to={end:%Y-%m-%dT%H:%M:%SZ}"
    file = alice.get(f"/appointments-export?{query}").body
    assert "'=1+1" in file

    assert alice.post("/appointments-import", {"csv": file}).body == {"imported": 0, "skipped": 1, "faults": []}

    elsewhere = Practice("Elsewhere")
    away = file.replace(practice.doctor_id, elsewhere.doctor_id).replace(practice.service_id, elsewhere.service_id)
    for imported in (1, 0):
        answer = elsewhere.admin.post("/appointments-import", {"csv": away})
        assert answer.body == {"imported": imported, "skipped": 1 - imported, "faults": []}
    (there,) = elsewhere.admin.get("/appointments")["items"]
    assert there["notes"] == "=1+1, or so\nand more"


@pytest.mark.parametrize("dry_run", [True, False])
def test_csv_import_reports_bad_rows_and_enters_the_rest(
    practice: Practice, alice: Member, *, dry_run: bool
) -> None:
    practice.creates_appointment(startsAt=(TOMORROW + timedelta(hours=2)).isoformat())
    bad = row(4).replace("Dr. Nunes", "Dr. Who").replace("marta@", "")

    answer = imports(alice, row(2), row(3), bad, row(3, "Nuno"), "too,short", dryRun=dry_run)

    assert (answer["imported"], answer["skipped"]) == (1, 0)
    assert [(fault["line"], fault["field"]) for fault in answer["faults"]] == [
        (2, "startsAt"),
        (4, "doctor"),
        (4, "patientEmail"),
        (5, "startsAt"),
        (6, "line"),
    ]
    assert len(exported(alice)) == (1 if dry_run else 2)


@pytest.mark.parametrize("dry_run", [True, False])
def test_csv_row_lasting_years_is_refused_quickly(alice: Member, *, dry_run: bool) -> None:
    head, line = HEADER.replace("notes", "endsAt"), row(0, notes="2999-12-31T23:59:59Z")

    answer = alice.post("/appointments-import", {"csv": f"{head}\n{line}", "dryRun": dry_run})

    assert (answer["imported"], [fault["field"] for fault in answer["faults"]]) == (0, ["endsAt"])


def test_csv_import_out_of_time_continues_when_repeated(practice: Practice, alice: Member) -> None:
    assert practice.tenant.id == alice.tenant_id
    readings = iter([0.0, 1.0, 100.0])
    text = "\n".join([HEADER, row(0), row(1)])

    first = csv_import.import_csv(alice.principal, text, timer=lambda: next(readings))
    again = csv_import.import_csv(alice.principal, text)

    assert (first.imported, [(fault.line, fault.field) for fault in first.faults]) == (1, [(3, "line")])
    assert (again.imported, again.skipped, again.faults) == (1, 1, [])


@pytest.mark.parametrize("notify", [False, True])
def test_csv_import_notifies_patients_on_request_only(
    practice: Practice, alice: Member, stream: Stream, *, notify: bool
) -> None:
    notices = NotificationQueue()
    imports(alice, row(0), tellPatients=notify)
    stream.pump()
    notices.pump()
    assert len(notices.mails()) == notify

    (one,) = alice.get("/appointments")["items"]
    alice.acquires(one["id"])
    alice.cancels(one["id"], 1)
    stream.pump()
    notices.pump()
    assert notices.mails()[-1].subject.startswith("Cancelled: "), "of what becomes of it they do"
    assert practice.tenant.id == alice.tenant_id


def test_csv_row_imported_later_is_notified(practice: Practice, alice: Member, stream: Stream) -> None:
    notices = NotificationQueue()
    in_the_way = practice.creates_appointment(startsAt=TOMORROW.isoformat())
    assert imports(alice, row(0))["imported"] == 0
    alice.acquires(in_the_way)
    alice.cancels(in_the_way, 1)

    assert imports(alice, row(0), tellPatients=True)["imported"] == 1

    stream.pump()
    notices.pump()
    assert [letter.subject.partition(":")[0] for letter in notices.mails()] == ["Confirmed"]


def test_csv_export_filters_doctor_and_refuses_empty_range(practice: Practice, alice: Member) -> None:
    practice.creates_appointment(startsAt=TOMORROW.isoformat())
    assert len(exported(alice, f"&doctorId={practice.doctor_id}")) == 1
    assert exported(alice, "&doctorId=other") == []
    backwards = alice.get("/appointments-export?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")
    assert (backwards.status, backwards["errors"][0]["field"]) == (422, "to")
    assert alice.get("/appointments-export").status == 422
