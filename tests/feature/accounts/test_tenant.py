"""A tenant's settings and lock policy."""

import pytest

from chalicelib.accounts.model import LockPolicy
from chalicelib.accounts.service.tenants import get_lock_policy
from chalicelib.accounts.store.items import TenantItem
from chalicelib.core.dynamodb import keys
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.member import Member
from tests.app_client.practice import PASSWORD, Practice, send


@pytest.fixture
def other() -> Practice:
    """Another tenant."""
    return Practice("Hillside Clinic")


def test_get_tenant_by_any_member(practice: Practice, alice: Member) -> None:
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


def test_get_tenant_without_token_is_unauthenticated() -> None:
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
def test_change_tenant_changes_only_sent_fields(
    practice: Practice, alice: Member, change: dict[str, object]
) -> None:
    before = alice.get("/tenant").body

    changed = practice.admin.patch("/tenant", change)

    assert changed.status == 200
    assert changed.body == before | change
    assert alice.get("/tenant").body == changed.body


def test_change_tenant_can_be_reverted(practice: Practice) -> None:
    before = practice.admin.get("/tenant").body
    practice.admin.patch("/tenant", {"onControlTimeout": "grant", "adminsFirst": True})

    assert practice.admin.patch("/tenant", {"onControlTimeout": "lapse", "adminsFirst": False}).body == before


def test_sign_in_returns_current_tenant(practice: Practice, alice: Member) -> None:
    changed = practice.admin.patch("/tenant", {"onControlTimeout": "grant", "name": "Lakeside Clinic"})

    signed_in = send("POST", "/auth/signin", {"email": alice.email, "password": PASSWORD})
    assert signed_in["tenant"] == alice.get("/auth/me")["tenant"] == changed.body


def test_change_tenant_by_staff_is_forbidden(alice: Member) -> None:
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
def test_invalid_change_reports_field(practice: Practice, change: dict[str, object], field: str) -> None:
    refused = practice.admin.patch("/tenant", change)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["field"] for fault in refused["errors"]] == [field]


def test_change_tenant_leaves_other_tenants_alone(practice: Practice, other: Practice) -> None:
    practice.admin.patch("/tenant", {"name": "Lakeside Clinic", "onControlTimeout": "grant", "adminsFirst": True})

    assert other.admin.get("/tenant")["name"] == "Hillside Clinic"
    assert get_lock_policy(practice.tenant.id) == LockPolicy("grant", admins_first=True)
    assert get_lock_policy(other.tenant.id) == LockPolicy("lapse", admins_first=False)


def test_tenant_without_lock_policy_has_default(practice: Practice) -> None:
    item = TenantItem.for_key(keys.tenant_key(practice.tenant.id))
    item.update([TenantItem.on_control_timeout.remove(), TenantItem.admins_first.remove()])

    tenant = practice.admin.get("/tenant")
    assert (tenant["onControlTimeout"], tenant["adminsFirst"]) == ("lapse", False)
    assert get_lock_policy(practice.tenant.id) == LockPolicy("lapse", admins_first=False)


def test_lock_policy_read_and_change_are_one_call_each(practice: Practice) -> None:
    with calls_of("policy of a practice's locks") as reading:
        get_lock_policy(practice.tenant.id)
    with calls_of("change the practice") as changing:
        practice.admin.patch("/tenant", {"adminsFirst": True})

    assert (reading, changing) == (["GetItem"], ["UpdateItem"])


def test_missing_tenant_is_unauthenticated(practice: Practice) -> None:
    TenantItem.for_key(keys.tenant_key(practice.tenant.id)).delete()

    assert practice.admin.get("/tenant").code == "UNAUTHENTICATED"
    assert practice.admin.patch("/tenant", {"adminsFirst": True}).code == "UNAUTHENTICATED"
    assert get_lock_policy(practice.tenant.id) == LockPolicy()
