"""The public page of a practice."""

import json
from datetime import date

import pytest

from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.practice import Practice, send
from tests.feature.scheduling.test_availability import at, monday, on, open_practice, starts

__all__ = ["monday", "open_practice"]


def test_visitor_sees_doctors_and_services(open_practice: Practice) -> None:
    admin = open_practice.admin
    gone = admin.post("/services", {"name": "Acupuncture", "durationMinutes": 60})["id"]
    admin.patch(f"/doctors/{open_practice.doctor_id}", {"serviceIds": [open_practice.service_id, gone]})
    admin.delete(f"/services/{gone}")
    left = {"name": "Dr. Gone", "timeZone": "Europe/Lisbon", "serviceIds": [open_practice.service_id]}
    admin.delete(f"/doctors/{admin.post('/doctors', left)['id']}")
    slug = open_practice.tenant.slug

    with calls_of("a practice's public page") as calls:
        page = send("GET", f"/public/{slug}")

    assert page.status == 200
    assert calls == ["GetItem", "GetItem", "Query"], "slug, tenant, and schedule"
    assert page.body == {
        "name": "Riverside Clinic",
        "slug": slug,
        "timeZone": "Europe/Lisbon",
        "services": [
            {
                "id": open_practice.service_id,
                "name": "Check-up",
                "durationMinutes": 30,
                "price": None,
                "color": "#4f46e5",
            }
        ],
        "doctors": [
            {
                "id": open_practice.doctor_id,
                "name": "Dr. Nunes",
                "specialty": "",
                "timeZone": "Europe/Lisbon",
                "serviceIds": [open_practice.service_id],
            }
        ],
        "bookingRules": admin.get("/booking-rules").body,
    }


def test_visitor_sees_free_slots_and_no_bookings(open_practice: Practice, monday: date) -> None:
    open_practice.creates_appointment(startsAt=at(monday, 9), notes="Allergic to penicillin")
    path = f"/public/{open_practice.tenant.slug}/availability?serviceId={open_practice.service_id}&{on(monday)}"

    found = send("GET", path)

    assert starts(found) == [at(monday, 9, 30), at(monday, 10), at(monday, 10, 30)]
    of_members = open_practice.admin.get(f"/availability?serviceId={open_practice.service_id}&{on(monday)}")
    assert found.body == of_members.body
    page = json.dumps([found.body, send("GET", f"/public/{open_practice.tenant.slug}").body])
    for secret in ("Marta", "penicillin", "Dana", "riverside.test", open_practice.tenant.id):
        assert secret not in page


@pytest.mark.parametrize("slug", ["nobody-here", "bookings", "x" * 300, "%23", "TENANT"])
def test_unknown_slug_is_not_found(slug: str) -> None:
    for path in (f"/public/{slug}", f"/public/{slug}/availability?serviceId=any"):
        assert (send("GET", path).status, send("GET", path).code) == (404, "NOT_FOUND")


def test_public_page_offers_own_tenant_only(open_practice: Practice) -> None:
    other = Practice("Hillside Clinic").tenant.slug

    refused = send("GET", f"/public/{other}/availability?serviceId={open_practice.service_id}")

    assert [fault["field"] for fault in refused["errors"]] == ["serviceId"]
