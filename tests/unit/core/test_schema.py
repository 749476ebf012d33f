"""Schemas on the wire: writing, parsing and validation."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.http.constraints import Range
from chalicelib.core.http.schema import (
    UNSET,
    Email,
    Instant,
    JsonDecodeError,
    Name,
    Schema,
    TabId,
    ValidationError,
    Version,
    ZoneName,
    optional,
    parse_json,
    parse_query,
    to_json,
    wire_name,
)


@dataclass(frozen=True)
class Place(Schema):
    zone: ZoneName
    floor: int | None = None


@dataclass(frozen=True)
class Visit(Schema):
    patient_name: Name
    starts_at: Instant
    first_place: Place
    long_note: str | None
    past_places: list[Place] = field(default_factory=list)
    is_first: bool = False
    how_many: Annotated[int, Range(0, 9)] = 0


@dataclass(frozen=True)
class Change(Schema):
    title: str = optional()
    from_: Instant | None = None


@dataclass(frozen=True)
class One(Schema):
    email: Email = "a@b.test"
    version: Version = 0
    session_id: TabId = "0123456789abcdef"
    count: int = 0


def faults_of(shape: type[Schema], value: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        parse_json(shape, json.dumps(value).encode())
    return refused.value.errors


places = st.builds(Place, zone=st.sampled_from(["Europe/Lisbon", "UTC"]), floor=st.none() | st.integers())
instants = st.datetimes(
    min_value=datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis takes bounds without a zone and adds one
    max_value=datetime(2999, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
visits = st.builds(
    Visit,
    patient_name=st.text(min_size=1, max_size=200).filter(str.strip),
    starts_at=instants.map(lambda instant: instant.astimezone(UTC).replace(microsecond=0)),
    first_place=places,
    long_note=st.none() | st.text(),
    past_places=st.lists(places, max_size=3),
    is_first=st.booleans(),
    how_many=st.integers(0, 9),
)


@given(visits)
def test_written_value_parses_to_itself(visit: Visit) -> None:
    assert parse_json(Visit, json.dumps(to_json(visit)).encode()) == visit


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T09:00:00",
        "2026-01-31",
        "2026-02-30T09:00:00Z",
        "2026-01-31T25:00:00Z",
        "1700000000",
        "1.5",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "٢026-01-31T09:00:00Z",
    ],
)
def test_invalid_instant_is_refused_with_an_example(text: str) -> None:
    faults = faults_of(Change, {"from": text})

    assert faults == [("from", "must be a time with its offset, for example 2026-01-31T09:00:00Z")]


@given(instants)
def test_instant_is_converted_to_utc_seconds(instant: datetime) -> None:
    text = instant.isoformat()
    if instant.utcoffset() == timedelta(0):
        text = text.replace("+00:00", "Z")

    read = parse_json(Change, json.dumps({"from": text}).encode()).from_

    assert read == instant.replace(microsecond=0)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("version", "version"),
        ("expected_version", "expectedVersion"),
        ("a_b_c", "aBC"),
        ("from_", "from"),
        ("member_id", "userId"),
        ("tab_id", "sessionId"),
    ],
)
def test_names_are_camel_case_on_the_wire(name: str, wire: str) -> None:
    assert wire_name(name) == wire


def test_none_is_null_unless_it_is_the_default() -> None:
    visit = Visit("Marta", datetime(2026, 1, 31, 9, tzinfo=UTC), Place("UTC"), None)

    assert to_json(visit) == {
        "patientName": "Marta",
        "startsAt": "2026-01-31T09:00:00Z",
        "firstPlace": {"zone": "UTC"},
        "longNote": None,
        "pastPlaces": [],
        "isFirst": False,
        "howMany": 0,
    }


def test_containers_are_written_and_parsed() -> None:
    value = {"a_key": [Place("UTC", 3), (datetime(2026, 1, 31, tzinfo=UTC), None, "text", 1.5)]}

    wire = [{"zone": "UTC", "floor": 3}, ["2026-01-31T00:00:00Z", None, "text", 1.5]]
    assert to_json(value) == {"a_key": wire}


def test_optional_field_may_not_be_null() -> None:
    assert parse_json(Change, b"{}").title is UNSET
    assert [path for path, _ in faults_of(Change, {"title": None})] == ["title"]


@pytest.mark.parametrize("value", ["1", 1.0, True, None, [1]])
def test_whole_number_refuses_other_values(value: object) -> None:
    assert [path for path, _ in faults_of(One, {"count": value})] == ["count"]


def test_each_error_has_its_path() -> None:
    visit = {
        "patientName": "  ",
        "startsAt": "2026-01-31T09:00:00",
        "firstPlace": {"zone": "Mars/Crater", "colour": "red"},
        "pastPlaces": [{"zone": "UTC"}, {}],
        "howMany": 10,
    }

    assert dict(faults_of(Visit, visit)) == {
        "patientName": "must not be blank",
        "startsAt": "must be a time with its offset, for example 2026-01-31T09:00:00Z",
        "firstPlace.zone": "must be an IANA time zone, for example Europe/Lisbon",
        "firstPlace.colour": "is not a field of this request",
        "longNote": "is required",
        "pastPlaces.1.zone": "is required",
        "howMany": "Input should be less than or equal to 9",
    }


@pytest.mark.parametrize("version", [-1, 2**53])
def test_version_is_limited_to_safe_integers(version: int) -> None:
    assert [path for path, _ in faults_of(One, {"version": version})] == ["version"]


@pytest.mark.parametrize("session_id", ["x" * 15, "x" * 65])
def test_session_id_has_16_to_64_characters(session_id: str) -> None:
    assert [path for path, _ in faults_of(One, {"sessionId": session_id})] == ["sessionId"]


@pytest.mark.parametrize("email", ["marta@patients.test", "o'neil+x@sub.domain.example", "A@B.co"])
def test_valid_email_is_accepted(email: str) -> None:
    assert parse_json(One, json.dumps({"email": email}).encode()).email == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        "marta",
        "@b.test",
        "a@b",
        "a@-b.test",
        "a b@c.test",
        "a@b..test",
        "a@b.test\n",
        f"a@{'b' * 64}.c",
        "=?utf-8?q?=0D=0AX?=@c.test",
    ],
)
def test_invalid_email_is_refused(email: str) -> None:
    assert faults_of(One, {"email": email}) == [("email", "must be an email address")]


@pytest.mark.parametrize("text", [b"", b"{", b'{"count": 1} x', b"\xff", b"[" * 500, b'{"email": "\\ud800"}'])
def test_malformed_json_raises_decode_error(text: bytes) -> None:
    with pytest.raises(JsonDecodeError):
        parse_json(One, text)


@pytest.mark.parametrize("value", [[], "text", 1, None])
def test_json_without_object_is_invalid(value: object) -> None:
    assert [path for path, _ in faults_of(One, value)] == ["body"]


def test_query_string_parses_numbers() -> None:
    assert parse_query(One, {"count": "12"}).count == 12


def test_invalid_query_string_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        parse_query(One, {"count": "many", "colour": "red"})

    assert [path for path, _ in refused.value.errors] == ["count", "colour"]
