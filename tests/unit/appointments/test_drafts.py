"""The three-way comparison, and the texts that it compares."""

from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model.appointment import Patient
from chalicelib.appointments.model.comparison import ComparedField, classify, compare_fields
from chalicelib.appointments.model.draft import DraftFields, PatientText, draft_to_texts, record_to_texts

NAMES = ("title", "notes", "patient.name")
TEXTS = st.sampled_from(["", "a", "b", "c"])
RECORDS = st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS))
DRAFTS = st.dictionaries(st.sampled_from(NAMES), TEXTS)
MIRROR = MappingProxyType(
    {"unchanged": "unchanged", "mine": "theirs", "theirs": "mine", "same": "same", "conflict": "conflict"}
)


def merged(comparison: list[ComparedField]) -> dict[str, str]:
    """Return the merged fields, as a page merges them without a question."""
    return {field.field: field.mine if field.state == "mine" else field.theirs for field in comparison}


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "state"),
    [
        ("a", "a", "a", "unchanged"),
        ("a", "a", "b", "mine"),
        ("a", "b", "a", "theirs"),
        ("a", "b", "b", "same"),
        ("a", "b", "c", "conflict"),
    ],
)
def test_field_state_names_its_editor(base: str, theirs: str, mine: str, state: str) -> None:
    assert classify(base, theirs, mine) == state


@given(TEXTS, TEXTS, TEXTS)
def test_comparison_is_symmetric(base: str, theirs: str, mine: str) -> None:
    assert classify(base, mine, theirs) == MIRROR[classify(base, theirs, mine)]


@given(RECORDS, RECORDS, DRAFTS)
def test_merge_without_conflict_has_all_changes(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    comparison = compare_fields(base, theirs, mine)

    result = merged(comparison)

    for field in comparison:
        if field.state != "conflict":
            changes = {field.theirs, field.mine} - {field.base}
            assert {result[field.field]} == (changes or {field.base})


@given(RECORDS, RECORDS, RECORDS)
def test_merge_without_conflict_is_symmetric(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    one, other = merged(compare_fields(base, theirs, mine)), merged(compare_fields(base, mine, theirs))

    conflicts = {field.field for field in compare_fields(base, theirs, mine) if field.state == "conflict"}
    assert {name for name in NAMES if one[name] != other[name]} == conflicts


@given(RECORDS, RECORDS, DRAFTS)
def test_untouched_field_is_never_a_conflict(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    comparison = compare_fields(base, theirs, mine)

    assert [field.field for field in comparison] == list(theirs)
    for field in comparison:
        assert (field.base, field.theirs) == (base[field.field], theirs[field.field])
        if field.field not in mine:
            assert field.mine == field.base
            assert field.state in ("unchanged", "theirs")


@given(RECORDS, RECORDS)
def test_saved_draft_has_no_changes_left(base: dict[str, str], saved: dict[str, str]) -> None:
    assert {field.state for field in compare_fields(base, saved, saved)} <= {"unchanged", "same"}


def test_record_is_compared_by_form_fields() -> None:
    fields = {
        "doctor_id": "d1",
        "patient": Patient("Ana", "ana@patients.test"),
        "starts_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
    }

    assert record_to_texts(fields) == {
        "doctorId": "d1",
        "patient.name": "Ana",
        "patient.email": "ana@patients.test",
        "patient.phone": "",
        "startsAt": "2026-03-02T09:00:00Z",
    }


def test_draft_texts_are_touched_fields_only() -> None:
    fields = DraftFields(title="", patient=PatientText(email="ana@"))

    assert draft_to_texts(fields) == {"title": "", "patient.email": "ana@"}
    assert draft_to_texts(DraftFields()) == {}
    assert draft_to_texts(DraftFields(patient=PatientText())) == {}


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:00.000Z", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00", "2026-03-02T09:00"),
        ("tomorrow", "tomorrow"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("", ""),
    ],
)
def test_complete_time_is_compared_in_utc(typed: str, text: str) -> None:
    assert draft_to_texts(DraftFields(starts_at=typed, ends_at=typed)) == {"startsAt": text, "endsAt": text}


@given(st.text(max_size=64))
def test_any_typed_text_can_be_compared(typed: str) -> None:
    assert set(draft_to_texts(DraftFields(starts_at=typed))) == {"startsAt"}
