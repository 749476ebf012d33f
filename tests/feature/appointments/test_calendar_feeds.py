"""Calendar feeds over HTTP."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import icalendar
import pytest

from chalicelib.appointments.store.calendar_feeds import FeedItem
from chalicelib.core.dynamodb import keys
from tests.app_client.member import Member
from tests.app_client.practice import Practice, send


def opened(member: Member, doctor_id: str) -> str:
    """Open a feed and return its path in the API."""
    answer = member.post(f"/doctors/{doctor_id}/feed")
    assert answer.status == 201, answer.body
    path: str = answer["path"]
    return path.removeprefix("/api")


def events_at(path: str) -> list[icalendar.Component]:
    """Return the events of a feed."""
    answer = send("GET", path)
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    return list(icalendar.Calendar.from_ical(answer.body).walk("VEVENT"))


def at(days: float) -> str:
    """Return the instant that many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_feed_lists_appointments_and_cancellations(practice: Practice, alice: Member) -> None:
    kept, off = (practice.creates_appointment(startsAt=at(days), notes="Secret") for days in (1, 2))
    for days in (-40, 400):
        practice.creates_appointment(startsAt=at(days))
    other = {"name": "Dr. Other", "timeZone": "Europe/Lisbon", "serviceIds": [practice.service_id]}
    other_id = practice.admin.post("/doctors", other)["id"]
    practice.creates_appointment(startsAt=at(1), doctorId=other_id)
    alice.acquires(off)
    alice.cancels(off, 1)

    first, second = events_at(opened(alice, practice.doctor_id))

    assert (str(first["UID"]), str(first["STATUS"])) == (f"{kept}@holdfast", "CONFIRMED")
    assert (str(second["UID"]), str(second["STATUS"]), second["SEQUENCE"]) == (f"{off}@holdfast", "CANCELLED", 1)
    assert str(first["SUMMARY"]) == "Marta Nunes, Check-up"
    text = first.to_ical().decode()
    assert not any(word in text for word in ("Secret", "patients.test", "+351"))


def test_empty_feed_has_name_and_refresh_interval(practice: Practice, alice: Member) -> None:
    body = send("GET", opened(alice, practice.doctor_id)).body
    assert {"X-WR-CALNAME:Dr. Nunes", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"} <= set(body.split("\r\n"))


def test_new_feed_address_revokes_the_old_one(practice: Practice, alice: Member) -> None:
    old, new = (opened(alice, practice.doctor_id) for _ in range(2))
    assert send("GET", old).status == 404
    assert events_at(new) == events_at(new.removesuffix(".ics")) == []

    for _ in range(2):
        assert alice.delete(f"/doctors/{practice.doctor_id}/feed").body == {
            "doctorId": practice.doctor_id,
            "feed": None,
        }

    assert (send("GET", new).status, send("GET", new).code) == (404, "NOT_FOUND")


def test_feed_secret_is_not_stored(practice: Practice, alice: Member) -> None:
    secret = opened(alice, practice.doctor_id).removesuffix(".ics").rpartition(".")[2]
    item = FeedItem.read(keys.feed_key(practice.tenant.id, practice.doctor_id))
    assert len(secret) >= 43, "256 bits"
    assert item
    assert secret not in str(item.to_simple_dict())


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "a.b.c.d", ".ics", "TENANT#a.b.c"])
def test_malformed_feed_address_is_not_found(token: str) -> None:
    answer = send("GET", f"/feeds/{quote(token)}")

    assert (answer.status, answer["detail"]) == (404, "There is no calendar at this address, or no longer.")


def test_feed_address_is_bound_to_doctor_and_tenant(practice: Practice, alice: Member) -> None:
    elsewhere = Practice("Elsewhere")
    tenant, doctor, secret = opened(alice, practice.doctor_id).removeprefix("/feeds/").split(".", 2)
    assert send("GET", f"/feeds/{tenant}.{elsewhere.doctor_id}.{secret}").status == 404
    assert send("GET", f"/feeds/{elsewhere.tenant.id}.{doctor}.{secret}").status == 404
    assert elsewhere.admin.post(f"/doctors/{practice.doctor_id}/feed").status == 404
    assert send("POST", f"/doctors/{practice.doctor_id}/feed").status == 401


def test_feed_of_doctor_with_overlong_id_is_not_found(alice: Member) -> None:
    assert alice.delete(f"/doctors/{'x' * 1100}/feed").status == 404
