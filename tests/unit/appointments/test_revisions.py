"""Rules of revisions: fields at a version, and entries of a page."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model.appointment import Editor
from chalicelib.appointments.model.revision import Revision, changed_values, fields_at, parse_version, to_entries

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALICE = Editor("u1", "Alice")
NAMES = ("title", "notes", "status")
VALUES = st.sampled_from(["", "a", "b"])
CHANGES = st.dictionaries(st.sampled_from(NAMES), VALUES)
FIRST = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))
HISTORIES = st.tuples(FIRST, st.lists(CHANGES, max_size=8)).map(lambda parts: [parts[0], *parts[1]])


def history_of(saves: list[dict[str, str]]) -> list[Revision]:
    return [Revision(number, changes, NOW, ALICE) for number, changes in enumerate(saves, 1)]


@given(HISTORIES, st.data())
def test_fields_at_version_are_all_saves_until_then(saves: list[dict[str, str]], data: st.DataObject) -> None:
    version = data.draw(st.integers(1, len(saves)))
    expected: dict[str, str] = {}
    for changes in saves[:version]:
        expected.update(changes)

    assert fields_at(history_of(saves), version) == expected


@given(HISTORIES, st.data())
def test_saving_changed_values_restores_a_version(saves: list[dict[str, str]], data: st.DataObject) -> None:
    then = fields_at(history_of(saves), data.draw(st.integers(1, len(saves))))
    now = fields_at(history_of(saves), len(saves))

    changes = changed_values(now, then)

    assert now | changes == then
    assert all(now[name] != value for name, value in changes.items()), "and saves nothing else"


@given(HISTORIES, st.integers(1, 10))
def test_revision_entry_has_previous_and_new_value(saves: list[dict[str, str]], most: int) -> None:
    revisions = history_of(saves)

    entries = to_entries(reversed(revisions), most)

    assert [entry.version for entry in entries] == list(range(len(saves), 0, -1))[:most]
    for entry in entries:
        before, after = fields_at(revisions, entry.version - 1), fields_at(revisions, entry.version)
        changed = {name: (change.from_, change.to) for name, change in entry.changes.items()}
        assert changed == {
            name: (before.get(name), after[name]) for name in after if before.get(name) != after[name]
        }


def test_revision_page_reads_no_further_than_needed() -> None:
    saves = [{"title": "first"}, *({"title": f"number {number}"} for number in range(2, 10))]
    read: list[int] = []

    def reading() -> Iterator[Revision]:
        for revision in reversed(history_of(saves)):
            read.append(revision.version)
            yield revision

    to_entries(reading(), 2)

    assert read == [9, 8, 7]


@pytest.mark.parametrize(("text", "version"), [("1", 1), ("007", 7), ("999999999999", 999_999_999_999)])
def test_version_number_is_parsed(text: str, version: int) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("text", ["", "-1", "1.0", "one", "٣", "²", " 1", "1e3", "1" * 13])
def test_malformed_version_number_is_zero(text: str) -> None:
    assert parse_version(text) == 0
