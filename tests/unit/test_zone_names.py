"""Which zones there are is looked up once: it means looking at some six hundred files."""

import zoneinfo

import pytest

from chalicelib.core.shape import ZoneName, parse_strings


def test_the_zones_are_listed_once_and_not_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    parse_strings(dict[str, ZoneName], {"zone": "UTC"})
    monkeypatch.setattr(zoneinfo, "available_timezones", pytest.fail)

    assert parse_strings(dict[str, ZoneName], {"zone": "Europe/Lisbon"}) == {"zone": "Europe/Lisbon"}
