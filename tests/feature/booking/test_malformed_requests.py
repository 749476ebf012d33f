"""Malformed requests to the public routes are refused with a reason."""

import json
from collections.abc import Iterable
from urllib.parse import quote

import pytest

from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice, send
from tests.app_client.response import Response

pytestmark = pytest.mark.slow

NINE, TEN = next_monday(9), next_monday(10)
NAMES = ["\x00", "a\x00b", "#", "TENANT#x", "..", "../..", "%00", "é" * 40, "🦵", "x" * 3000, "' OR 1=1", "-" * 64]
VALUES: list[object] = [None, True, -1, 1.5, 1e308, [], {}, [[None]], "", "\x00", "x" * 20_000, "9" * 400]
TIMES = [
    "0000-00-00",
    "0001-01-01T00:00:00Z",
    "1900-01-01",
    "1900-01-02",
    "1900-01-01T00:00:00+23:59",
    "2026-02-29",
    "2026-W01-1",
    "2027-01-01T24:00:00Z",
    "2027-01-01T23:59:60Z",
    "2027-01-01T00:00:00+99:99",
    "2027-01-01T00:00:00",
    "2999-12-30",
    "2999-12-31T23:59:59-23:59",
    "9999-12-31T23:59:59-23:59",
    "٢٠٢٧-01-01",
]
BODIES = [b"", b"null", b"[]", b"1", b"{", b"\xff\xfe", b"NaN", b"[" * 60_000, b'{"a":' * 10_000, b" " * 70_000]


def refused(answers: Iterable[Response]) -> set[int]:
    """Return the statuses of refusals, each of which is a problem with a detail."""
    statuses = set()
    for answer in answers:
        if answer.status != 200:
            assert answer.status in (400, 404, 409, 413, 422), answer.body
            assert answer.code, answer.body
            statuses.add(answer.status)
    return statuses


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_impossible_slug_is_not_found(patient: Patient, name: str) -> None:
    odd = quote(name, safe="")
    token = {"holdToken": name}

    answers = [
        send("GET", f"/public/{odd}"),
        send("GET", f"/public/{odd}/availability?serviceId=x"),
        send("POST", f"/public/{odd}/ws-ticket"),
        send("GET", f"/public/bookings/{odd}"),
        send("GET", f"/public/bookings/{odd}~{odd}~{odd}/calendar.ics"),
        send("POST", f"/public/bookings/{odd}/cancel", {}),
        send("DELETE", f"{patient.page}/holds/{odd}", {"holdToken": "x"}),
        send("POST", f"{patient.page}/holds/{odd}/release", {"holdToken": "x"}),
        send("GET", f"/feeds/{odd}"),
    ]

    assert refused(answers) == {404}
    assert refused([send("POST", f"{patient.page}/holds/{odd}/release", token)]) <= {404, 422}


def test_impossible_search_is_explained(patient: Patient) -> None:
    fields = ("serviceId", "doctorIds", "from", "to", "timeZone", "limit", "colour")

    answers = [patient.searches(**{field: quote(name)}) for field in fields for name in NAMES[::2]]

    assert refused(answers) == {422}


def test_search_at_ends_of_calendar_succeeds(patient: Patient) -> None:
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Niue"):
        dates = [{field: quote(time), "timeZone": zone} for field in ("from", "to") for time in TIMES]
        assert refused(patient.searches(**each) for each in dates) == {422}
    patient.holds_and_books(NINE)

    assert refused(patient.holds(time) for time in TIMES) == {422}
    assert refused(patient.reschedules(time) for time in TIMES) == {422}


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "1e5", "9" * 5000, "٣", "0x10", "nan", ""])
def test_search_limit_is_1_to_1000(patient: Patient, limit: str) -> None:
    assert refused([patient.searches(limit=quote(limit))]) == {422}


def test_values_of_wrong_type_are_explained(practice: Practice, patient: Patient) -> None:
    patient.holds_and_books(TEN)
    forms: dict[str, dict[str, object]] = {
        f"{patient.page}/holds": {"serviceId": practice.service_id, "doctorId": practice.doctor_id, "start": "x"},
        f"{patient.page}/bookings": {
            "holdId": "x",
            "holdToken": "x",
            "patient": {},
            "notes": "",
            "timeZone": "UTC",
        },
        f"/public/bookings/{patient.manage_token}/reschedule": {"start": "x", "doctorId": practice.doctor_id},
    }

    for path, form in forms.items():
        for field in form:
            answers = [send("POST", path, {**form, field: value}) for value in VALUES]
            assert refused(answers) <= {404, 422}


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_malformed_bodies_are_explained(patient: Patient, body: bytes) -> None:
    patient.holds_and_books(TEN)
    own = f"/public/bookings/{patient.manage_token}"
    paths = (f"{patient.page}/holds", f"{patient.page}/bookings", f"{own}/reschedule", f"{own}/cancel")

    statuses = refused(send("POST", path, raw=body) for path in paths)

    assert statuses <= {400, 413, 422}
    assert statuses
    assert patient.opens_booking()["appointment"]["version"] == 1


def test_huge_number_is_explained(patient: Patient) -> None:
    body = json.dumps({"start": 0}).replace("0", "9" * 5000).encode()

    assert refused([send("POST", f"{patient.page}/holds", raw=body)]) <= {400, 422}


def test_notes_too_long_and_body_too_large_are_refused(patient: Patient) -> None:
    patient.holds(NINE)

    assert patient.books(notes="x" * 60_000).status == 422
    assert patient.books(notes="x" * 66_000).status == 413
    assert patient.books(notes="\x00" * 10_000).status == 201
