"""The lock over HTTP, with two members."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.locking.model import Tab
from chalicelib.locking.service import leases
from tests.app_client.member import Member
from tests.app_client.practice import Practice, send


def held_since(member: Member, appointment: str, *, seconds_ago: float) -> str:
    """Acquire the lock as of that long ago. Returns the lock id."""
    tab = Tab(member.principal, member.tab_id)
    lock = leases.acquire(tab, appointment, clock=lambda: utc_now() - timedelta(seconds=seconds_ago))
    assert lock.lock_id
    member.lock_id = lock.lock_id
    return lock.lock_id


def test_acquire_free_lock_succeeds(alice: Member, appointment: str) -> None:
    answer = alice.acquires(appointment)

    assert answer.status == 200
    lock = answer["lock"]
    assert lock["appointmentId"] == appointment
    assert lock["userId"] == alice.member_id
    assert lock["userInfo"] == {"name": "Alice", "email": alice.email}
    assert lock["sessionId"] == alice.tab_id
    lease = datetime.fromisoformat(lock["expiresAt"]) - datetime.fromisoformat(lock["acquiredAt"])
    assert lease == timedelta(seconds=300)


def test_acquire_held_lock_names_holder_and_deadline(alice: Member, bob: Member, appointment: str) -> None:
    held = alice.acquires(appointment)["lock"]

    refused = bob.acquires(appointment)

    assert (refused.status, refused.code) == (409, "LOCKED")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused["sameUser"] is False
    assert refused["lock"]["userInfo"]["name"] == "Alice"
    assert refused["lock"]["expiresAt"] == held["expiresAt"]
    assert "lockId" not in refused["lock"]
    assert "sessionId" not in refused["lock"]


def test_acquire_from_other_tab_reports_same_user(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)

    refused = alice.in_another_tab().acquires(appointment)

    assert (refused.status, refused.code, refused["sameUser"]) == (409, "LOCKED", True)
    assert {"lockId", "sessionId"}.isdisjoint(refused["lock"])


def test_acquire_again_in_same_tab_succeeds(alice: Member, appointment: str) -> None:
    first = alice.acquires(appointment)["lock"]

    again = alice.acquires(appointment)["lock"]

    assert again["version"] > first["version"]
    assert alice.saves(appointment, 1, title="x").status == 200


def test_acquire_expired_lock_succeeds(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)

    assert bob.acquires(appointment)["lock"]["userId"] == bob.member_id


def test_renew_extends_deadline_and_raises_version(alice: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=200)
    before = alice.status(appointment)["lock"]

    after = alice.renews(appointment)["lock"]

    assert after["expiresAt"] > before["expiresAt"]
    assert after["version"] > before["version"]
    assert after["acquiredAt"] == before["acquiredAt"]


def test_renew_never_shortens_the_lease(alice: Member, appointment: str) -> None:
    """The function that gave the lease had a clock five seconds ahead."""
    held_since(alice, appointment, seconds_ago=-5)
    before = alice.status(appointment)["lock"]

    after = alice.renews(appointment)["lock"]

    assert after["expiresAt"] > before["expiresAt"]
    assert after["version"] > before["version"]


def test_renew_expired_lock_is_refused(alice: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)

    refused = alice.renews(appointment)

    assert (refused.status, refused.code, refused["lock"]) == (409, "LOCK_LOST", None)


def test_renew_lost_lock_names_new_holder(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)
    bob.acquires(appointment)

    refused = alice.renews(appointment)

    assert refused.code == "LOCK_LOST"
    assert refused["lock"]["userInfo"]["name"] == "Bob"
    assert "lockId" not in refused["lock"]


def test_released_lock_is_free_for_others(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)

    released = alice.releases(appointment)

    assert released.body == {
        "appointmentId": appointment,
        "lock": None,
        "version": bob.status(appointment)["version"],
    }
    assert bob.acquires(appointment).status == 200


def test_release_twice_succeeds(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)

    assert alice.releases(appointment).status == 200


def test_release_of_other_members_lock_is_refused(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)
    bob.acquires(appointment)

    refused = alice.releases(appointment)

    assert (refused.status, refused.code) == (409, "LOCK_LOST")
    assert bob.status(appointment)["state"] == "locked_by_user"


def test_release_by_beacon_needs_no_token(alice: Member, bob: Member, appointment: str) -> None:
    """`sendBeacon` sends text/plain and no Authorization header."""
    alice.acquires(appointment)
    body = f'{{"lockId": "{alice.lock_id}"}}'.encode()

    headers = {"Content-Type": "text/plain;charset=UTF-8"}
    answer = send("POST", f"/appointments/{appointment}/release-lock", headers=headers, raw=body)

    assert answer.status == 200
    assert bob.acquires(appointment).status == 200


def test_release_by_forged_lock_id_is_refused(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    guess = {"lockId": f"{alice.tenant_id}.AAAAAAAAAAAAAAAAAAAAAA"}

    answer = send("POST", f"/appointments/{appointment}/release-lock", guess)

    assert (answer.status, answer.code, answer["lock"]) == (409, "LOCK_LOST", None)
    assert "Alice" not in str(answer.body)
    assert alice.status(appointment)["state"] == "locked_by_user"


@pytest.mark.parametrize("method", ["DELETE", "POST"])
@pytest.mark.parametrize("known", [True, False])
def test_release_by_colleague_with_lock_id_is_refused(
    alice: Member, bob: Member, appointment: str, method: str, *, known: bool
) -> None:
    alice.acquires(appointment)
    body = {"lockId": alice.lock_id if known else "anything"}
    headers = {"Authorization": f"Bearer {bob.token}"}

    refused = send(method, f"/appointments/{appointment}/release-lock", body, headers)

    assert (refused.status, refused.code) == (409, "LOCK_LOST")
    assert refused["lock"]["userInfo"]["name"] == "Alice"
    assert alice.status(appointment)["state"] == "locked_by_user"


def test_release_with_expired_token_succeeds(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)
    path, body = f"/appointments/{appointment}/release-lock", {"lockId": alice.lock_id}

    assert send("POST", path, body, {"Authorization": "Bearer expired"}).status == 200
    assert bob.acquires(appointment).status == 200


@pytest.mark.parametrize("lock_id", ["nonsense", "nobody.x", "a#b.c", "."])
def test_release_by_malformed_lock_id_is_not_found(appointment: str, lock_id: str) -> None:
    answer = send("POST", f"/appointments/{appointment}/release-lock", {"lockId": lock_id})

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


def test_status_has_four_states(alice: Member, bob: Member, appointment: str) -> None:
    assert alice.status(appointment).body | {"serverTime": ""} == {
        "appointmentId": appointment,
        "state": "unlocked",
        "lock": None,
        "version": 0,
        "serverTime": "",
    }
    held_since(alice, appointment, seconds_ago=301)
    assert alice.status(appointment)["state"] == "expired"
    alice.acquires(appointment)
    assert alice.status(appointment)["state"] == "locked_by_user"
    assert bob.status(appointment)["state"] == "locked_by_other"


def test_only_owner_sees_lock_id(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)

    assert alice.status(appointment)["lock"]["lockId"] == alice.lock_id
    assert "lockId" not in bob.status(appointment)["lock"]


def test_version_only_grows(alice: Member, bob: Member, appointment: str) -> None:
    versions = [alice.acquires(appointment)["lock"]["version"], alice.renews(appointment)["lock"]["version"]]
    alice.releases(appointment)
    versions.append(bob.status(appointment)["version"])
    versions.append(bob.acquires(appointment)["lock"]["version"])

    assert versions == sorted(set(versions))
    assert versions[0] > datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000, "a new item starts at the clock"


def test_expected_version_must_match(alice: Member, bob: Member, appointment: str) -> None:
    assert alice.acquires(appointment, expectedVersion=7).code == "VERSION_MISMATCH"
    version = alice.acquires(appointment, expectedVersion=0)["lock"]["version"]
    assert alice.releases(appointment, expectedVersion=version + 1).code == "VERSION_MISMATCH"
    assert alice.releases(appointment, expectedVersion=version).status == 200

    refused = bob.acquires(appointment, expectedVersion=version)

    assert (refused.status, refused.code) == (409, "VERSION_MISMATCH")
    assert refused["current"]["version"] == version + 1
    assert bob.acquires(appointment, expectedVersion=version + 1).status == 200


@pytest.mark.parametrize("action", ["acquire-lock", "renew-lock", "lock-status", "release-lock"])
def test_acquire_unknown_appointment_is_not_found(alice: Member, action: str) -> None:
    path = f"/appointments/nowhere/{action}"
    bodies = {
        "acquire-lock": {"sessionId": alice.tab_id},
        "renew-lock": {"lockId": "x"},
        "release-lock": {"lockId": f"{alice.tenant_id}.x"},
    }
    answer = alice.post(path, bodies[action]) if action in bodies else alice.get(path)

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


def test_other_tenant_sees_no_lock(appointment: str, alice: Member) -> None:
    alice.acquires(appointment)
    stranger = Practice("Elsewhere").admin

    assert stranger.status(appointment).code == "NOT_FOUND"
    assert stranger.acquires(appointment).code == "NOT_FOUND"
    assert stranger.get(f"/appointments/{appointment}").code == "NOT_FOUND"
    assert stranger.saves(appointment, 1, title="x").code == "NOT_FOUND"
    stolen = {"lockId": alice.lock_id}
    assert stranger.post(f"/appointments/{appointment}/renew-lock", stolen).code == "NOT_FOUND"
    assert stranger.delete(f"/appointments/{appointment}/release-lock", stolen).code == "NOT_FOUND"
