"""Sign-up, sign-in and sessions."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

import jwt
import pytest

from chalicelib.accounts.service.passwords import DUMMY_PASSWORD_HASH, default_hasher
from chalicelib.accounts.service.sessions import refresh_session
from chalicelib.core.clock import utc_now
from chalicelib.core.http.errors import Unauthenticated
from chalicelib.core.security.tokens import Session, issue_token
from chalicelib.core.settings import settings
from tests.app_client.member import Member
from tests.app_client.practice import PASSWORD, Practice, send
from tests.conftest import KEY_OF_TESTS

FORM = {
    "tenantName": "Müller & Söhne",
    "timeZone": "Europe/Berlin",
    "name": "Eva Müller",
    "email": "eva@mueller.test",
    "password": PASSWORD,
}


def test_sign_up_creates_tenant_and_admin() -> None:
    answer = send("POST", "/auth/signup", FORM)

    assert answer.status == 201
    assert answer["user"]["role"] == "admin"
    assert answer["tenant"] | {"id": ""} == {
        "id": "",
        "name": "Müller & Söhne",
        "slug": "muller-sohne",
        "timeZone": "Europe/Berlin",
        "onControlTimeout": "lapse",
        "adminsFirst": False,
    }
    me = send("GET", "/auth/me", headers={"Authorization": f"Bearer {answer['token']}"})
    assert me.body == {"user": answer["user"], "tenant": answer["tenant"]}


def test_sign_up_with_same_name_gets_own_slug() -> None:
    first = send("POST", "/auth/signup", FORM)
    second = send("POST", "/auth/signup", FORM | {"email": "other@mueller.test"})

    assert second.status == 201
    assert second["tenant"]["slug"] != first["tenant"]["slug"]
    assert second["tenant"]["slug"].startswith("muller-sohne-")


def test_email_is_unique_in_any_letter_case() -> None:
    send("POST", "/auth/signup", FORM)

    refused = send("POST", "/auth/signup", FORM | {"email": "EVA@mueller.test"})

    assert (refused.status, refused.code) == (409, "EMAIL_TAKEN")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"email": "eva"}, "email"),
        ({"password": "short"}, "password"),
        ({"name": ""}, "name"),
        ({"extra": 1}, "extra"),
    ],
)
def test_sign_up_invalid_form_reports_field(change: dict[str, object], field: str) -> None:
    refused = send("POST", "/auth/signup", FORM | change)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["field"] for fault in refused["errors"]] == [field]


def test_sign_in_returns_token_member_and_tenant() -> None:
    send("POST", "/auth/signup", FORM)

    answer = send("POST", "/auth/signin", {"email": "Eva@Mueller.test", "password": PASSWORD})

    assert answer.status == 200
    assert answer["user"]["name"] == "Eva Müller"


def test_sign_in_unknown_email_and_wrong_password_look_alike() -> None:
    send("POST", "/auth/signup", FORM)

    wrong = send("POST", "/auth/signin", {"email": FORM["email"], "password": "wrong"})
    unknown = send("POST", "/auth/signin", {"email": "nobody@mueller.test", "password": "wrong"})

    assert wrong.status == unknown.status == 401
    assert wrong.body == unknown.body


def test_sign_in_dummy_hash_has_cost_of_real_ones() -> None:
    assert not default_hasher().check_needs_rehash(DUMMY_PASSWORD_HASH)


def signed_in(member: Member, *, ago: timedelta) -> str:
    """Return the header of a session that began that long ago."""
    started_at = utc_now() - ago
    token, _ = issue_token(Session(member.principal, started_at))
    return f"Bearer {token}"


def test_refreshed_token_ends_with_its_session(alice: Member) -> None:
    almost = timedelta(seconds=settings().session_seconds - 60)

    refreshed = send("POST", "/auth/refresh", headers={"Authorization": signed_in(alice, ago=almost)})

    assert refreshed.status == 200
    left = datetime.fromisoformat(refreshed["expiresAt"]) - utc_now()
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)


def test_refresh_after_session_end_is_unauthenticated(alice: Member) -> None:
    session = Session(alice.principal, utc_now() - timedelta(seconds=settings().session_seconds))

    with pytest.raises(Unauthenticated):
        refresh_session(session)


def test_refreshed_token_has_current_role(alice: Member) -> None:
    stale = replace(alice.principal, role="admin", name="Somebody Else")

    refreshed = refresh_session(Session(stale, utc_now()))

    assert (refreshed.user.role, refreshed.user.name) == ("staff", "Alice")


@pytest.mark.parametrize(
    "change",
    [
        {"exp": 1},
        {"iss": "somebody-else"},
        {"aud": "another-service"},
        {"sub": None},
        {"tenantId": None},
    ],
)
def test_token_with_foreign_claims_is_rejected(alice: Member, change: dict[str, object]) -> None:
    claims = jwt.decode(alice.token, options={"verify_signature": False}) | change
    claims = {name: value for name, value in claims.items() if value is not None}
    key = KEY_OF_TESTS.split('"')[3]
    token = jwt.encode(claims, key, "HS256", headers={"kid": "0001"})

    answer = send("GET", "/auth/me", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("forge", ["none", "other-key", "other-kid", "cut", "garbage", "basic", "nothing"])
def test_forged_token_is_rejected(alice: Member, forge: str) -> None:
    claims = jwt.decode(alice.token, options={"verify_signature": False}) | {"exp": time.time() + 99}
    other = "another key that is long enough to be accepted by the library"
    header = {
        "none": f"Bearer {jwt.encode(claims, '', 'none', headers={'kid': '0001'})}",
        "other-key": f"Bearer {jwt.encode(claims, other, 'HS256', headers={'kid': '0001'})}",
        "other-kid": f"Bearer {jwt.encode(claims, other, 'HS256', headers={'kid': '0002'})}",
        "cut": f"Bearer {alice.token[:-3]}",
        "garbage": "Bearer \u00e9.\u00e9.\u00e9",
        "basic": "Basic YWxpY2U6c2VjcmV0",
        "nothing": "",
    }[forge]

    assert send("GET", "/auth/me", headers={"Authorization": header}).status == 401


def test_setup_by_staff_is_forbidden(alice: Member) -> None:
    assert alice.post("/services", {"name": "X", "durationMinutes": 30}).code == "FORBIDDEN"
    assert alice.post("/doctors", {"name": "X", "timeZone": "UTC"}).code == "FORBIDDEN"
    assert [doctor["name"] for doctor in alice.get("/doctors")["items"]] == ["Dr. Nunes"]
    assert [item["name"] for item in alice.get("/services")["items"]] == ["Check-up"]


def test_doctor_with_impossible_hours_is_rejected(practice: Practice) -> None:
    form = {
        "name": "Dr. X",
        "timeZone": "Europe/Lisbon",
        "serviceIds": ["nothing"],
        "workingHours": [{"weekday": 1, "start": "17:00", "end": "09:00"}],
        "exceptions": [
            {"date": "2026-12-25", "closed": True, "start": "09:00", "end": "10:00"},
            {"date": "2026-12-26"},
            {"date": "2026-12-27", "start": "10:00", "end": "09:00"},
        ],
    }

    refused = practice.admin.post("/doctors", form)

    assert [fault["field"] for fault in refused["errors"]] == [
        "workingHours.0.end",
        "exceptions.0",
        "exceptions.1",
        "exceptions.2",
        "serviceIds.0",
    ]
    hours = [{"weekday": 1, "start": "0٩:30", "end": "10:00"}]
    refused = practice.admin.post("/doctors", form | {"workingHours": hours})
    assert [fault["field"] for fault in refused["errors"]] == ["workingHours.0.start"]
    refused = practice.admin.post("/doctors", form | {"exceptions": [{"date": "2026-02-30"}]})
    assert refused["errors"] == [
        {"field": "exceptions.0.date", "message": "must be a date, for example 2026-01-31"}
    ]
