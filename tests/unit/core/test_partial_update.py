"""Partial updates change the sent fields only."""

from dataclasses import dataclass

from chalicelib.core.http.partial_update import PartialUpdate
from chalicelib.core.http.schema import optional, parse_json


@dataclass(frozen=True, slots=True)
class ChangeRoom(PartialUpdate):
    version: int
    name: str = optional()
    floor: int | None = optional()


def test_absent_fields_are_no_changes() -> None:
    assert parse_json(ChangeRoom, b'{"version": 3, "name": "Room 2"}').changes() == {"name": "Room 2"}


def test_optional_field_may_be_changed_to_null() -> None:
    assert parse_json(ChangeRoom, b'{"version": 3, "floor": null}').changes() == {"floor": None}


def test_required_field_is_no_change() -> None:
    assert parse_json(ChangeRoom, b'{"version": 3}').changes() == {}
