"""The lock as two members meet it over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.locking.model import Tab
from chalicelib.locking.service import leases
from tests.app_client.practice import Member, Practice, send


def held_since(member: Member, appointment: str, *, seconds_ago: float) -> str:
    """Let the member have taken the lock that long ago; its id."""
    tab = Tab(member.principal, member.session_id)
    lock = leases.acquire(tab, appointment, clock=lambda: utc_now() - timedelta(seconds=seconds_ago))
    assert lock.lock_id
    member.lock_id = lock.lock_id
    return lock.lock_id


def test_a_free_lock_goes_to_who_asks(alice: Member, appointment: str) -> None:
    answer = alice.acquires(appointment)

    assert answer.status == 200
    lock = answer["lock"]
    assert lock["appointmentId"] == appointment
    assert lock["userId"] == alice.user_id
    assert lock["userInfo"] == {"name": "Alice", "email": alice.email}
    assert lock["sessionId"] == alice.session_id
    lease = datetime.fromisoformat(lock["expiresAt"]) - datetime.fromisoformat(lock["acquiredAt"])
    assert lease == timedelta(seconds=300)


def test_the_loser_is_told_the_holder_and_the_deadline(alice: Member, bob: Member, appointment: str) -> None:
    held = alice.acquires(appointment)["lock"]

    refused = bob.acquires(appointment)

    assert (refused.status, refused.code) == (409, "LOCKED")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused["sameUser"] is False
    assert refused["lock"]["userInfo"]["name"] == "Alice"
    assert refused["lock"]["expiresAt"] == held["expiresAt"]
    assert "lockId" not in refused["lock"]
    assert "sessionId" not in refused["lock"]


def test_another_tab_of_the_same_member_is_told_so(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)

    refused = alice.in_another_tab().acquires(appointment)

    assert (refused.status, refused.code, refused["sameUser"]) == (409, "LOCKED", True)
    assert {"lockId", "sessionId"}.isdisjoint(refused["lock"])


def test_the_same_tab_may_ask_again(alice: Member, appointment: str) -> None:
    first = alice.acquires(appointment)["lock"]

    again = alice.acquires(appointment)["lock"]

    assert again["version"] > first["version"]
    assert alice.saves(appointment, 1, title="x").status == 200


def test_an_expired_lock_goes_to_the_next(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)

    assert bob.acquires(appointment)["lock"]["userId"] == bob.user_id


def test_renewing_moves_the_deadline_and_raises_the_version(alice: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=200)
    before = alice.status(appointment)["lock"]

    after = alice.renews(appointment)["lock"]

    assert after["expiresAt"] > before["expiresAt"]
    assert after["version"] > before["version"]
    assert after["acquiredAt"] == before["acquiredAt"]


def test_a_renewal_never_shortens_the_lease(alice: Member, appointment: str) -> None:
    """Also when the function that gave the lease had a clock five seconds ahead."""
    held_since(alice, appointment, seconds_ago=-5)
    before = alice.status(appointment)["lock"]

    after = alice.renews(appointment)["lock"]

    assert after["expiresAt"] > before["expiresAt"]
    assert after["version"] > before["version"]


def test_a_lapsed_lock_cannot_be_renewed(alice: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)

    refused = alice.renews(appointment)

    assert (refused.status, refused.code, refused["lock"]) == (409, "LOCK_LOST", None)


def test_a_member_who_lost_the_lock_learns_who_has_it(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)
    bob.acquires(appointment)

    refused = alice.renews(appointment)

    assert refused.code == "LOCK_LOST"
    assert refused["lock"]["userInfo"]["name"] == "Bob"
    assert "lockId" not in refused["lock"]


def test_a_released_lock_is_free_for_the_next(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)

    released = alice.releases(appointment)

    assert released.body == {
        "appointmentId": appointment,
        "lock": None,
        "version": bob.status(appointment)["version"],
    }
    assert bob.acquires(appointment).status == 200


def test_releasing_twice_is_no_error(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)

    assert alice.releases(appointment).status == 200


def test_nobody_releases_another_members_lock(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)
    bob.acquires(appointment)

    refused = alice.releases(appointment)

    assert (refused.status, refused.code) == (409, "LOCK_LOST")
    assert bob.status(appointment)["state"] == "locked_by_user"


def test_a_closing_page_releases_by_beacon(alice: Member, bob: Member, appointment: str) -> None:
    """`sendBeacon` sends text/plain and no Authorization: the lock id is the right to release."""
    alice.acquires(appointment)
    body = f'{{"lockId": "{alice.lock_id}"}}'.encode()

    headers = {"Content-Type": "text/plain;charset=UTF-8"}
    answer = send("POST", f"/appointments/{appointment}/release-lock", headers=headers, raw=body)

    assert answer.status == 200
    assert bob.acquires(appointment).status == 200


def test_a_made_up_lock_id_releases_nothing_and_tells_nothing(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    guess = {"lockId": f"{alice.tenant_id}.AAAAAAAAAAAAAAAAAAAAAA"}

    answer = send("POST", f"/appointments/{appointment}/release-lock", guess)

    assert (answer.status, answer.code, answer["lock"]) == (409, "LOCK_LOST", None)
    assert "Alice" not in str(answer.body)
    assert alice.status(appointment)["state"] == "locked_by_user"


@pytest.mark.parametrize("method", ["DELETE", "POST"])
@pytest.mark.parametrize("known", [True, False])
def test_a_colleague_cannot_release_even_with_the_lock_id(
    alice: Member, bob: Member, appointment: str, method: str, *, known: bool
) -> None:
    alice.acquires(appointment)
    body = {"lockId": alice.lock_id if known else "anything"}
    headers = {"Authorization": f"Bearer {bob.token}"}

    refused = send(method, f"/appointments/{appointment}/release-lock", body, headers)

    assert (refused.status, refused.code) == (409, "LOCK_LOST")
    assert refused["lock"]["userInfo"]["name"] == "Alice"
    assert alice.status(appointment)["state"] == "locked_by_user"


def test_a_page_whose_session_has_ended_still_releases(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)
    path, body = f"/appointments/{appointment}/release-lock", {"lockId": alice.lock_id}

    assert send("POST", path, body, {"Authorization": "Bearer expired"}).status == 200
    assert bob.acquires(appointment).status == 200


@pytest.mark.parametrize("lock_id", ["nonsense", "nobody.x", "a#b.c", "."])
def test_a_lock_id_of_nowhere_is_not_found(appointment: str, lock_id: str) -> None:
    answer = send("POST", f"/appointments/{appointment}/release-lock", {"lockId": lock_id})

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


def test_the_four_states(alice: Member, bob: Member, appointment: str) -> None:
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


def test_only_the_owner_sees_the_lock_id(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)

    assert alice.status(appointment)["lock"]["lockId"] == alice.lock_id
    assert "lockId" not in bob.status(appointment)["lock"]


def test_the_version_only_grows(alice: Member, bob: Member, appointment: str) -> None:
    versions = [alice.acquires(appointment)["lock"]["version"], alice.renews(appointment)["lock"]["version"]]
    alice.releases(appointment)
    versions.append(bob.status(appointment)["version"])
    versions.append(bob.acquires(appointment)["lock"]["version"])

    assert versions == sorted(set(versions))
    assert versions[0] > datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000, "a new item starts at the clock"


def test_an_expected_version_must_match(alice: Member, bob: Member, appointment: str) -> None:
    assert alice.acquires(appointment, expectedVersion=7).code == "VERSION_MISMATCH"
    version = alice.acquires(appointment, expectedVersion=0)["lock"]["version"]
    assert alice.releases(appointment, expectedVersion=version + 1).code == "VERSION_MISMATCH"
    assert alice.releases(appointment, expectedVersion=version).status == 200

    refused = bob.acquires(appointment, expectedVersion=version)

    assert (refused.status, refused.code) == (409, "VERSION_MISMATCH")
    assert refused["current"]["version"] == version + 1
    assert bob.acquires(appointment, expectedVersion=version + 1).status == 200


@pytest.mark.parametrize("action", ["acquire-lock", "renew-lock", "lock-status", "release-lock"])
def test_what_is_not_there_cannot_be_locked(alice: Member, action: str) -> None:
    path = f"/appointments/nowhere/{action}"
    bodies = {
        "acquire-lock": {"sessionId": alice.session_id},
        "renew-lock": {"lockId": "x"},
        "release-lock": {"lockId": f"{alice.tenant_id}.x"},
    }
    answer = alice.post(path, bodies[action]) if action in bodies else alice.get(path)

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


def test_another_practice_sees_nothing(appointment: str, alice: Member) -> None:
    alice.acquires(appointment)
    stranger = Practice("Elsewhere").admin

    assert stranger.status(appointment).code == "NOT_FOUND"
    assert stranger.acquires(appointment).code == "NOT_FOUND"
    assert stranger.get(f"/appointments/{appointment}").code == "NOT_FOUND"
    assert stranger.saves(appointment, 1, title="x").code == "NOT_FOUND"
    stolen = {"lockId": alice.lock_id}
    assert stranger.post(f"/appointments/{appointment}/renew-lock", stolen).code == "NOT_FOUND"
    assert stranger.delete(f"/appointments/{appointment}/release-lock", stolen).code == "NOT_FOUND"
