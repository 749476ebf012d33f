"""The list of members, and deactivation."""

from datetime import datetime, timedelta

import pytest

from chalicelib.accounts.model import OwnAccount
from chalicelib.accounts.service.members import add_member, deactivate_member, find_deactivation, get_member
from chalicelib.accounts.service.sessions import get_profile, refresh_session
from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound, Unauthenticated
from chalicelib.core.security.revocation import (
    REFRESH_INTERVAL,
    RevocationItem,
    RevocationList,
    load_revocations,
    require_not_revoked,
    revocation_list,
)
from chalicelib.core.security.tokens import Principal, Role, Session
from chalicelib.core.settings import settings
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.member import Member
from tests.app_client.practice import PASSWORD, Practice, send
from tests.app_client.response import Response


@pytest.fixture
def other() -> Practice:
    """Another tenant."""
    return Practice("Hillside Clinic")


def in_a_process_that_has_just_started() -> None:
    """Drop the cached list of revocations."""
    revocation_list.cache_clear()


def signs_in(member: Member, password: str = PASSWORD) -> Response:
    return send("POST", "/auth/signin", {"email": member.email, "password": password})


def test_list_members_shows_all_with_roles(practice: Practice, alice: Member, bob: Member) -> None:
    listed = practice.admin.get("/users")

    assert (listed.status, listed["nextCursor"]) == (200, None)
    found = {item["id"]: item for item in listed["items"]}
    assert set(found) == {practice.admin.member_id, alice.member_id, bob.member_id}
    assert found[alice.member_id] == {
        "id": alice.member_id,
        "tenantId": alice.tenant_id,
        "name": "Alice",
        "email": alice.email,
        "role": "staff",
        "deactivatedAt": None,
    }
    assert found[practice.admin.member_id]["role"] == "admin"


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
def test_list_members_is_paged(practice: Practice, limit: int) -> None:
    hired = {practice.adds_member(f"Member {number}").member_id for number in range(4)}
    pages, cursor = [], ""
    while True:
        page = practice.admin.get(f"/users?limit={limit}{cursor}")
        pages.append([item["id"] for item in page["items"]])
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"

    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 0 < len(pages[-1]) <= limit
    listed = [user_id for page in pages for user_id in page]
    assert listed == sorted(hired | {practice.admin.member_id})


def test_list_members_foreign_cursor_is_rejected(practice: Practice, other: Practice) -> None:
    practice.adds_member("Alice")
    cursor = practice.admin.get("/users?limit=1")["nextCursor"]

    assert other.admin.get(f"/users?cursor={cursor}").code == "VALIDATION"
    assert practice.admin.get("/users?cursor=nonsense").code == "VALIDATION"
    assert practice.admin.get("/users?limit=0").code == "VALIDATION"
    assert practice.admin.get("/users?limit=101").code == "VALIDATION"


def test_members_list_and_deactivation_need_admin(alice: Member, bob: Member) -> None:
    assert alice.get("/users").code == "FORBIDDEN"
    assert alice.deactivates(bob).code == "FORBIDDEN"
    assert alice.deactivates(alice).code == "FORBIDDEN"
    assert send("GET", "/users").code == send("DELETE", f"/users/{bob.member_id}").code == "UNAUTHENTICATED"
    assert bob.get("/auth/me").status == 200


def test_tenant_keeps_an_active_admin(practice: Practice) -> None:
    refused = practice.admin.deactivates(practice.admin)

    assert (refused.status, refused.code) == (409, "OWN_ACCOUNT")
    assert practice.admin.get("/auth/me").status == 200


def promoted(practice: Practice, name: str) -> Principal:
    """Add another admin."""
    role: Role = "admin"
    email = f"{name.lower()}@riverside.test"
    user = add_member(practice.admin.principal, name, email, role, PASSWORD)
    return Principal(user.tenant_id, user.id, user.email, user.name, user.role)


def test_admins_deactivating_each_other_leave_one(practice: Practice) -> None:
    dana, erin = practice.admin.principal, promoted(practice, "Erin")

    deactivate_member(dana, erin.member_id)
    with pytest.raises(Unauthenticated):
        deactivate_member(erin, dana.member_id)

    assert find_deactivation(dana.tenant_id, dana.member_id) is None
    assert find_deactivation(erin.tenant_id, erin.member_id) is not None
    with pytest.raises(OwnAccount):
        deactivate_member(dana, dana.member_id)


def test_concurrent_deactivation_keeps_first_admin(practice: Practice, alice: Member) -> None:
    erin, quicker = promoted(practice, "Erin"), []

    def meanwhile() -> datetime:
        quicker.append(practice.admin.deactivates(alice)["deactivatedAt"])
        return utc_now() + timedelta(seconds=1)

    shown = deactivate_member(erin, alice.member_id, clock=meanwhile)

    assert [shown.deactivated_at] == [datetime.fromisoformat(at) for at in quicker]
    ended = find_deactivation(alice.tenant_id, alice.member_id)
    assert ended is not None
    assert ended.by == practice.admin.principal


def test_deactivating_member_of_other_tenant_is_not_found(
    practice: Practice, other: Practice, alice: Member
) -> None:
    assert other.admin.deactivates(alice).code == "NOT_FOUND"
    for user_id in ("nobody", "a b", "a%23b", "x" * 65):
        assert practice.admin.delete(f"/users/{user_id}").code == "NOT_FOUND", user_id

    assert alice.get("/auth/me").status == 200
    assert [item["id"] for item in other.admin.get("/users")["items"]] == [other.admin.member_id]


def test_deactivated_member_is_marked_in_list(practice: Practice, alice: Member) -> None:
    before = utc_now()

    ended = practice.admin.deactivates(alice)

    assert ended.status == 200
    (shown,) = (item for item in practice.admin.get("/users")["items"] if item["id"] == alice.member_id)
    assert ended.body == shown
    assert datetime.fromisoformat(ended["deactivatedAt"]) >= before
    assert practice.admin.get(f"/users/{alice.member_id}/lock-history").status == 200


def test_deactivating_twice_changes_nothing(practice: Practice, alice: Member) -> None:
    first = practice.admin.deactivates(alice)

    again = practice.admin.deactivates(alice)

    assert (again.status, again.body) == (200, first.body)


@pytest.mark.parametrize("start", [False, True], ids=["the same process", "a process that has just started"])
def test_deactivated_members_tokens_are_rejected(
    practice: Practice, alice: Member, bob: Member, appointment: str, *, start: bool
) -> None:
    assert alice.get("/auth/me").status == 200
    practice.admin.deactivates(alice)
    if start:
        in_a_process_that_has_just_started()

    requests = {
        "me": alice.get("/auth/me"),
        "refresh": alice.post("/auth/refresh"),
        "ticket": alice.post("/auth/ws-ticket", {"sessionId": alice.tab_id}),
        "acquire": alice.acquires(appointment),
        "nowhere in particular": alice.get("/appointments"),
    }

    assert {name: answer.code for name, answer in requests.items()} == dict.fromkeys(requests, "UNAUTHENTICATED")
    forged = send("GET", "/auth/me", headers={"Authorization": "Bearer forged"})
    assert requests["me"].body == forged.body, "a revoked token looks like a forged one"
    assert bob.get("/auth/me").status == 200


def test_revocation_reaches_other_processes_in_five_seconds(practice: Practice, alice: Member) -> None:
    began = utc_now()
    elsewhere = RevocationList(load_revocations, lambda: now)
    now = began
    require_not_revoked(alice.principal, elsewhere)

    practice.admin.deactivates(alice)

    now = began + REFRESH_INTERVAL - timedelta(milliseconds=1)
    require_not_revoked(alice.principal, elsewhere)
    now = began + REFRESH_INTERVAL
    with pytest.raises(Unauthenticated):
        require_not_revoked(alice.principal, elsewhere)
    assert timedelta(seconds=5) == REFRESH_INTERVAL


def test_revocation_is_bound_to_tenant(practice: Practice, other: Practice, alice: Member) -> None:
    practice.admin.deactivates(alice)

    require_not_revoked(Principal(other.tenant.id, alice.member_id, "", "", "staff"))


def test_sign_in_deactivated_member_looks_like_unknown_email(practice: Practice, alice: Member) -> None:
    assert signs_in(alice).status == 200
    practice.admin.deactivates(alice)

    stranger = send("POST", "/auth/signin", {"email": "nobody@riverside.test", "password": PASSWORD})

    assert stranger.status == 401
    for password in (PASSWORD, "wrong"):
        refused = signs_in(alice, password)
        assert (refused.status, refused.body) == (401, stranger.body)


def test_sign_in_deactivated_member_makes_same_calls(practice: Practice, alice: Member) -> None:
    practice.admin.deactivates(alice)

    with calls_of("sign in, deactivated") as calls:
        signs_in(alice)
    with calls_of("sign in, unknown") as of_a_stranger:
        send("POST", "/auth/signin", {"email": "nobody@riverside.test", "password": PASSWORD})

    assert calls == of_a_stranger == ["GetItem"]


def test_deactivated_members_email_stays_taken(practice: Practice, alice: Member) -> None:
    practice.admin.deactivates(alice)
    form = {
        "tenantName": "Elsewhere",
        "timeZone": "UTC",
        "name": "Alice",
        "email": alice.email,
        "password": PASSWORD,
    }

    assert send("POST", "/auth/signup", form).code == "EMAIL_TAKEN"


def test_refresh_deactivated_member_needs_no_revocation_list(practice: Practice, alice: Member) -> None:
    session = Session(alice.principal, utc_now())
    assert refresh_session(session).user.id == alice.member_id

    practice.admin.deactivates(alice)

    for refused in (lambda: refresh_session(session), lambda: get_profile(alice.principal)):
        with pytest.raises(Unauthenticated):
            refused()


def test_unknown_member_is_not_found(alice: Member) -> None:
    assert get_member(alice.principal, alice.member_id).name == "Alice"
    with pytest.raises(NotFound):
        get_member(alice.principal, "nobody")


def test_revocation_expires_after_last_token(practice: Practice, alice: Member) -> None:
    now = utc_now()

    deactivate_member(practice.admin.principal, alice.member_id, clock=lambda: now)

    entry = RevocationItem.read(keys.revoked_member_key(alice.tenant_id, alice.member_id))
    assert entry is not None
    longest = now + timedelta(seconds=settings().session_seconds)
    assert longest.timestamp() < entry.ttl <= (longest + timedelta(hours=2)).timestamp()


def test_deactivation_calls_are_counted(practice: Practice, alice: Member) -> None:
    with calls_of("deactivate") as calls:
        practice.admin.deactivates(alice)
    assert calls == ["GetItem", "TransactWriteItems"]

    with calls_of("list members") as calls:
        practice.admin.get("/users")
    assert calls == ["Query"]

    with calls_of("the first request of a process") as calls:
        in_a_process_that_has_just_started()
        practice.admin.get("/tenant")
    assert calls == ["Query", "GetItem"], "the list of revocations is read once"

    with calls_of("a further request") as calls:
        practice.admin.get("/tenant")
    assert calls == ["GetItem"]

    with calls_of("a request with a forged token") as calls:
        in_a_process_that_has_just_started()
        send("GET", "/tenant", headers={"Authorization": "Bearer forged"})
    assert calls == []
