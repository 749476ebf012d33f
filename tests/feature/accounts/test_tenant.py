"""A practice's own settings, and what its locks are told of them."""

import pytest

from chalicelib.accounts.model import LockPolicy
from chalicelib.accounts.service import tenants
from chalicelib.accounts.store.items import TenantItem
from chalicelib.core.dynamodb import keys
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.practice import PASSWORD, Member, Practice, send


@pytest.fixture
def other() -> Practice:
    """Another tenant."""
    return Practice("Hillside Clinic")


def test_every_member_sees_the_practice(practice: Practice, alice: Member) -> None:
    seen = alice.get("/tenant")

    assert seen.status == 200
    assert seen.body == practice.admin.get("/tenant").body
    assert seen.body | {"id": "", "slug": ""} == {
        "id": "",
        "name": "Riverside Clinic",
        "slug": "",
        "timeZone": "Europe/Lisbon",
        "onControlTimeout": "lapse",
        "adminsFirst": False,
    }


def test_nobody_else_does() -> None:
    assert send("GET", "/tenant").code == "UNAUTHENTICATED"
    assert send("PATCH", "/tenant", {"adminsFirst": True}).code == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Lakeside Clinic"},
        {"timeZone": "Asia/Kathmandu"},
        {"onControlTimeout": "grant"},
        {"adminsFirst": True},
        {"name": "Lakeside Clinic", "onControlTimeout": "grant", "adminsFirst": True},
    ],
)
def test_an_admin_changes_what_is_sent_and_nothing_else(
    practice: Practice, alice: Member, change: dict[str, object]
) -> None:
    before = alice.get("/tenant").body

    changed = practice.admin.patch("/tenant", change)

    assert changed.status == 200
    assert changed.body == before | change
    assert alice.get("/tenant").body == changed.body


def test_what_was_changed_can_be_changed_back(practice: Practice) -> None:
    before = practice.admin.get("/tenant").body
    practice.admin.patch("/tenant", {"onControlTimeout": "grant", "adminsFirst": True})

    assert practice.admin.patch("/tenant", {"onControlTimeout": "lapse", "adminsFirst": False}).body == before


def test_signing_in_brings_the_practice_as_it_is_now(practice: Practice, alice: Member) -> None:
    changed = practice.admin.patch("/tenant", {"onControlTimeout": "grant", "name": "Lakeside Clinic"})

    signed_in = send("POST", "/auth/signin", {"email": alice.email, "password": PASSWORD})
    assert signed_in["tenant"] == alice.get("/auth/me")["tenant"] == changed.body


def test_a_staff_member_changes_nothing(alice: Member) -> None:
    before = alice.get("/tenant").body

    refused = alice.patch("/tenant", {"adminsFirst": True})

    assert (refused.status, refused.code) == (403, "FORBIDDEN")
    assert alice.get("/tenant").body == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "body"),
        ({"slug": "riverside"}, "slug"),
        ({"id": "another"}, "id"),
        ({"name": " "}, "name"),
        ({"name": None}, "name"),
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"onControlTimeout": "wait"}, "onControlTimeout"),
        ({"onControlTimeout": None}, "onControlTimeout"),
        ({"adminsFirst": "yes"}, "adminsFirst"),
        ({"adminsFirst": 1}, "adminsFirst"),
        ({"adminsFirst": None}, "adminsFirst"),
    ],
)
def test_a_change_that_does_not_fit_is_explained(
    practice: Practice, change: dict[str, object], field: str
) -> None:
    refused = practice.admin.patch("/tenant", change)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["field"] for fault in refused["errors"]] == [field]


def test_one_practices_settings_are_no_others(practice: Practice, other: Practice) -> None:
    practice.admin.patch("/tenant", {"name": "Lakeside Clinic", "onControlTimeout": "grant", "adminsFirst": True})

    assert other.admin.get("/tenant")["name"] == "Hillside Clinic"
    assert tenants.get_lock_policy(practice.tenant.id) == LockPolicy("grant", admins_first=True)
    assert tenants.get_lock_policy(other.tenant.id) == LockPolicy("lapse", admins_first=False)


def test_a_practice_that_says_nothing_of_its_locks_has_the_policy_of_a_new_one(practice: Practice) -> None:
    item = TenantItem.for_key(keys.tenant_key(practice.tenant.id))
    item.update([TenantItem.on_control_timeout.remove(), TenantItem.admins_first.remove()])

    tenant = practice.admin.get("/tenant")
    assert (tenant["onControlTimeout"], tenant["adminsFirst"]) == ("lapse", False)
    assert tenants.get_lock_policy(practice.tenant.id) == LockPolicy("lapse", admins_first=False)


def test_the_policy_and_a_change_of_it_are_one_call_each(practice: Practice) -> None:
    with calls_of("policy of a practice's locks") as reading:
        tenants.get_lock_policy(practice.tenant.id)
    with calls_of("change the practice") as changing:
        practice.admin.patch("/tenant", {"adminsFirst": True})

    assert (reading, changing) == (["GetItem"], ["UpdateItem"])


def test_the_member_of_a_practice_that_is_gone_signs_in_anew(practice: Practice) -> None:
    TenantItem.for_key(keys.tenant_key(practice.tenant.id)).delete()

    assert practice.admin.get("/tenant").code == "UNAUTHENTICATED"
    assert practice.admin.patch("/tenant", {"adminsFirst": True}).code == "UNAUTHENTICATED"
    assert tenants.get_lock_policy(practice.tenant.id) == LockPolicy()
