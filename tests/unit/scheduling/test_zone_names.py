"""Which zones there are is looked up once: it means looking at some six hundred files."""

import zoneinfo

import pytest

from chalicelib.core.http.schema import ZoneName, parse_query


def test_the_zones_are_listed_once_and_not_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    parse_query(dict[str, ZoneName], {"zone": "UTC"})
    monkeypatch.setattr(zoneinfo, "available_timezones", pytest.fail)

    assert parse_query(dict[str, ZoneName], {"zone": "Europe/Lisbon"}) == {"zone": "Europe/Lisbon"}
