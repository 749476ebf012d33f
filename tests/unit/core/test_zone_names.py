"""Zone names are listed once per process; listing them reads some six hundred files."""

import sys
from dataclasses import dataclass

from chalicelib.core.http.schema import Schema, ZoneName, parse_query


@dataclass(frozen=True, slots=True)
class Place(Schema):
    zone: ZoneName


def test_zone_names_are_listed_once_per_process() -> None:
    parse_query(Place, {"zone": "UTC"})
    called: set[str] = set()

    sys.setprofile(lambda frame, _event, _value: called.add(frame.f_code.co_name))
    try:
        parsed = parse_query(Place, {"zone": "Europe/Lisbon"})
    finally:
        sys.setprofile(None)

    assert parsed == Place("Europe/Lisbon")
    assert "parse_query" in called
    assert "available_timezones" not in called
