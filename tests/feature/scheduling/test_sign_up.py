"""Sign-up creates a tenant that can be booked at once."""

import pytest

from tests.app_client.practice import PASSWORD, send

FORM = {
    "tenantName": "Harbour Clinic",
    "timeZone": "Australia/Lord_Howe",
    "name": "Dr. Eva Sund",
    "email": "eva@harbour.test",
    "password": PASSWORD,
}


def test_new_tenant_can_be_booked_at_once() -> None:
    slug = send("POST", "/auth/signup", FORM)["tenant"]["slug"]

    page = send("GET", f"/public/{slug}")
    (doctor,), (service,) = page["doctors"], page["services"]
    free = send(
        "GET", f"/public/{slug}/availability?serviceId={service['id']}&limit=3&timeZone=Australia/Lord_Howe"
    )

    assert (service["name"], service["durationMinutes"]) == ("Consultation", 30)
    assert (doctor["name"], doctor["timeZone"]) == ("Dr. Eva Sund", "Australia/Lord_Howe")
    assert doctor["serviceIds"] == [service["id"]]
    assert len(free["slots"]) == 3
    assert all("09:00" <= slot["localStart"][11:16] < "17:00" for slot in free["slots"])


def test_new_tenant_starts_with_ordinary_hours() -> None:
    token = send("POST", "/auth/signup", FORM)["token"]
    headers = {"Authorization": f"Bearer {token}"}

    (doctor,) = send("GET", "/doctors", headers=headers)["items"]

    weekdays = range(1, 6)
    assert doctor["workingHours"] == [{"weekday": day, "start": "09:00", "end": "17:00"} for day in weekdays]
    assert doctor["breaks"] == [{"weekday": day, "start": "12:00", "end": "13:00"} for day in weekdays]
    path = f"/doctors/{doctor['id']}"
    assert send("PATCH", path, {"breaks": []}, headers)["breaks"] == []
    assert send("GET", "/booking-rules", headers=headers)["horizonDays"] == 90


def test_sign_up_with_taken_slug_is_rejected() -> None:
    first = send("POST", "/auth/signup", FORM | {"slug": "harbour"})
    again = send("POST", "/auth/signup", FORM | {"slug": "harbour", "email": "other@harbour.test"})

    assert first["tenant"]["slug"] == "harbour"
    assert (again.status, again.code) == (422, "VALIDATION")
    assert again["errors"] == [{"field": "slug", "message": "is taken by another practice; choose another one"}]
    assert send("POST", "/auth/signup", FORM | {"email": "other@harbour.test"}).status == 201, (
        "the refused sign-up left nothing"
    )


@pytest.mark.parametrize("slug", ["bookings", "Harbour", "a", "a--b", "-ab", "a b", "a" * 41, "é" * 5])
def test_sign_up_with_invalid_slug_is_rejected(slug: str) -> None:
    refused = send("POST", "/auth/signup", FORM | {"slug": slug})

    assert [fault["field"] for fault in refused["errors"]] == ["slug"]


def test_sign_up_repeated_or_reserved_name_gets_number() -> None:
    slugs = [
        send("POST", "/auth/signup", FORM | {"tenantName": name, "email": f"{number}@harbour.test"})["tenant"][
            "slug"
        ]
        for number, name in enumerate(["Bookings", "Harbour Clinic", "Harbour clinic!", "harbour-clinic"])
    ]

    assert slugs == ["bookings-2", "harbour-clinic", "harbour-clinic-2", "harbour-clinic-3"]
