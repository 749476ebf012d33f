"""Pages of the history, and access to them."""

import pytest

from chalicelib.core.dynamodb.keys import activity
from chalicelib.core.http.pagination import to_cursor
from tests.app_client.history_writer import HistoryWriter
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.response import Response

pytestmark = pytest.mark.slow

LISTS = ["/appointments/{appointment}/lock-history", "/users/{user}/lock-history", "/lock-history/recent"]


@pytest.fixture
def busy(alice: Member, appointment: str, historian: HistoryWriter) -> str:
    """Return an appointment with six entries of Alice's."""
    for _ in range(3):
        alice.acquires(appointment)
        alice.releases(appointment)
    historian.pump()
    return appointment


def pages(member: Member, path: str, limit: int) -> list[list[str]]:
    """Return the ids of all entries, page by page."""
    found, cursor = [], ""
    while True:
        answer = member.get(f"{path}?limit={limit}{cursor}")
        assert answer.status == 200, answer.body
        found.append([entry["id"] for entry in answer["items"]])
        if answer["nextCursor"] is None:
            return found
        cursor = f"&cursor={answer['nextCursor']}"


@pytest.mark.parametrize("path", LISTS)
def test_pages_are_contiguous_and_newest_first(path: str, practice: Practice, alice: Member, busy: str) -> None:
    path = path.format(appointment=busy, user=alice.member_id)

    ((whole),) = pages(practice.admin, path, 100)

    assert whole == sorted(whole, reverse=True)
    assert len(whole) == 6
    for limit in (1, 4, 5, 6):
        parts = pages(practice.admin, path, limit)
        assert [entry for part in parts for entry in part] == whole
        assert {len(part) for part in parts[:-1]} <= {limit}
        assert parts[-1], "no page is empty"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=Zm9v", "unknown=1"])
def test_invalid_query_is_refused(
    path: str, query: str, practice: Practice, alice: Member, appointment: str
) -> None:
    path = path.format(appointment=appointment, user=alice.member_id)

    assert practice.admin.get(f"{path}?{query}").code == "VALIDATION"


def next_cursor(member: Member, path: str) -> str:
    cursor = member.get(f"{path}?limit=1")["nextCursor"]
    assert cursor
    return str(cursor)


def test_cursor_of_other_list_is_refused(
    practice: Practice, alice: Member, busy: str, historian: HistoryWriter
) -> None:
    elsewhere = practice.creates_appointment()
    alice.acquires(elsewhere)
    historian.pump()
    own, other = f"/appointments/{busy}/lock-history", f"/appointments/{elsewhere}/lock-history"
    cursor = next_cursor(practice.admin, own)

    for path in (other, "/lock-history/recent", f"/users/{alice.member_id}/lock-history"):
        assert practice.admin.get(f"{path}?cursor={cursor}").code == "VALIDATION"
    assert practice.admin.get(f"{own}?cursor={cursor}").status == 200


def test_other_tenant_sees_no_history(alice: Member, busy: str) -> None:
    stranger = Practice("Hillside Clinic").admin

    assert stranger.get("/lock-history/recent").body == {"items": [], "nextCursor": None}
    for path in (f"/appointments/{busy}", f"/users/{alice.member_id}"):
        assert stranger.get(f"{path}/lock-history").code == "NOT_FOUND"
        assert stranger.get(f"{path}/lock-statistics").code == "NOT_FOUND"


def test_forged_cursor_reaches_no_other_tenant(practice: Practice, busy: str) -> None:
    assert practice.admin.get(f"/appointments/{busy}/lock-history").status == 200
    stranger = Practice("Hillside Clinic").admin
    foreign = next_cursor(practice.admin, "/lock-history/recent")
    forged = to_cursor(activity(stranger.tenant_id), "9" * 20)

    assert stranger.get(f"/lock-history/recent?cursor={foreign}").code == "VALIDATION"
    assert stranger.get("/lock-history/recent?cursor=OQ").code == "VALIDATION"
    assert stranger.get(f"/lock-history/recent?cursor={forged}")["items"] == []


def test_recent_history_has_all_locks_of_tenant(
    practice: Practice, bob: Member, busy: str, historian: HistoryWriter
) -> None:
    elsewhere = practice.creates_appointment()
    bob.acquires(elsewhere)
    historian.pump()

    newest, *rest = practice.admin.get("/lock-history/recent")["items"]

    assert (newest["appointmentId"], newest["userName"], newest["action"]) == (elsewhere, "Bob", "acquired")
    assert {entry["appointmentId"] for entry in rest} == {busy}


def test_member_history_has_own_entries_only(
    practice: Practice, alice: Member, bob: Member, busy: str, historian: HistoryWriter
) -> None:
    bob.acquires(busy)
    historian.pump()

    (entry,) = bob.get(f"/users/{bob.member_id}/lock-history")["items"]

    assert (entry["userId"], entry["appointmentId"], entry["action"]) == (bob.member_id, busy, "acquired")
    assert len(practice.admin.get(f"/users/{alice.member_id}/lock-history")["items"]) == 6


@pytest.mark.parametrize("what", ["lock-history", "lock-statistics"])
def test_member_history_is_for_member_and_admins(
    what: str, practice: Practice, alice: Member, bob: Member
) -> None:
    def seen_by(member: Member, user_id: str) -> Response:
        return member.get(f"/users/{user_id}/{what}")

    assert seen_by(alice, alice.member_id).status == 200
    assert seen_by(practice.admin, alice.member_id).status == 200
    assert seen_by(alice, bob.member_id).code == "FORBIDDEN"
    assert seen_by(alice, "nobody").code == "FORBIDDEN"
    assert seen_by(practice.admin, "nobody").code == "NOT_FOUND"
    assert seen_by(practice.admin, "no%23body").code == "NOT_FOUND"


def test_recent_history_is_for_admins(alice: Member) -> None:
    assert alice.get("/lock-history/recent").code == "FORBIDDEN"


@pytest.mark.parametrize("what", ["lock-history", "lock-statistics"])
@pytest.mark.parametrize("appointment_id", ["nothing", "no%23thing"])
def test_history_of_unknown_appointment_is_not_found(what: str, appointment_id: str, alice: Member) -> None:
    assert alice.get(f"/appointments/{appointment_id}/{what}").code == "NOT_FOUND"
