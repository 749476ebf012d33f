"""Zone names are listed once per process, because listing them reads some six hundred files."""

import sys

from chalicelib.core.http.schema import ZoneName, parse_query


def test_zone_names_are_listed_once_per_process() -> None:
    parse_query(dict[str, ZoneName], {"zone": "UTC"})
    called: set[str] = set()

    sys.setprofile(lambda frame, _event, _value: called.add(frame.f_code.co_name))
    try:
        parsed = parse_query(dict[str, ZoneName], {"zone": "Europe/Lisbon"})
    finally:
        sys.setprofile(None)

    assert parsed == {"zone": "Europe/Lisbon"}
    assert "parse_query" in called
    assert "available_timezones" not in called
