"""The locks and connections of a deactivated member."""

import pytest

from chalicelib.accounts.model import Deactivation
from chalicelib.accounts.service.members import find_deactivation, new_deactivation
from chalicelib.core.clock import utc_now
from chalicelib.locking.model import Tab
from chalicelib.locking.service import eviction, leases
from chalicelib.realtime.store import connections
from tests.app_client.dynamodb_calls import calls_of
from tests.app_client.history_writer import HistoryWriter, history
from tests.app_client.in_process import connects
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.stream import Stream
from tests.app_client.transport import UpgradeRefused

pytestmark = pytest.mark.slow


def deactivations(stream: Stream) -> list[Deactivation]:
    """Return the deactivations in the stream."""
    changes = [
        record["dynamodb"]
        for record in stream.records()
        if record["dynamodb"]["Keys"]["sk"]["S"].startswith("MEMBER#")
    ]
    found = [new_deactivation(change.get("OldImage"), change.get("NewImage")) for change in changes]
    return [one for one in found if one is not None]


def leaves_for_good(member: Member, practice: Practice, stream: Stream) -> Deactivation:
    """Deactivate this member and deliver the stream's records."""
    assert practice.admin.deactivates(member).status == 200
    ended = deactivations(stream)[-1]
    eviction.evict_member(ended)
    return ended


def test_stream_contains_deactivation_once(practice: Practice, alice: Member, bob: Member, stream: Stream) -> None:
    assert deactivations(stream) == []
    practice.admin.deactivates(alice)
    practice.admin.deactivates(alice)

    (ended,) = deactivations(stream)

    assert (ended.tenant_id, ended.member_id) == (alice.tenant_id, alice.member_id)
    assert ended.by == practice.admin.principal
    assert ended == find_deactivation(alice.tenant_id, alice.member_id)
    assert find_deactivation(bob.tenant_id, bob.member_id) is None
    assert find_deactivation(bob.tenant_id, "nobody") is None


def test_other_member_changes_are_no_deactivation(practice: Practice, alice: Member, stream: Stream) -> None:
    practice.admin.deactivates(alice)
    (image,) = [
        record["dynamodb"]["NewImage"]
        for record in stream.records()
        if "deactivatedAt" in record["dynamodb"]["NewImage"] and "name" in record["dynamodb"]["NewImage"]
    ]
    active = {name: value for name, value in image.items() if not name.startswith("deactivated")}

    assert new_deactivation(active, image) is not None
    assert new_deactivation(None, image) is not None
    for old, new in ((None, active), (active, active), (image, image), (image, active), (image, None)):
        assert new_deactivation(old, new) is None


def test_deactivation_frees_locks_of_every_tab(
    practice: Practice, alice: Member, bob: Member, stream: Stream
) -> None:
    first, second, others = (practice.creates_appointment() for _ in range(3))
    alice.acquires(first)
    alice.in_another_tab().acquires(second)
    bob.acquires(others)

    leaves_for_good(alice, practice, stream)

    assert [bob.status(appointment)["state"] for appointment in (first, second)] == ["unlocked", "unlocked"]
    assert bob.acquires(first).status == 200
    assert bob.status(others)["state"] == "locked_by_user"


def test_history_has_admin_and_reason_of_deactivation(
    practice: Practice, alice: Member, appointment: str, stream: Stream, historian: HistoryWriter
) -> None:
    alice.acquires(appointment)

    leaves_for_good(alice, practice, stream)

    historian.pump()
    newest, *_ = history(practice.admin, appointment)
    assert (newest["action"], newest["userName"]) == ("force_released", "Alice")
    assert (newest["releasedBy"], newest["reason"]) == (practice.admin.member_id, "account deactivated")


@pytest.mark.parametrize("holder_goes_on", [True, False], ids=["while it is held", "while it is their turn"])
def test_deactivated_member_leaves_every_waitlist(
    practice: Practice, alice: Member, bob: Member, stream: Stream, *, holder_goes_on: bool
) -> None:
    carla = practice.adds_member("Carla")
    awaited = [practice.creates_appointment() for _ in range(3)]
    holders = []
    for appointment in awaited:
        holder = bob.in_another_tab()
        holder.acquires(appointment)
        alice.requests_control(appointment)
        carla.requests_control(appointment)
        holders.append(holder)
    if not holder_goes_on:
        for holder, appointment in zip(holders, awaited, strict=True):
            holder.releases(appointment)

    leaves_for_good(alice, practice, stream)

    for holder, appointment in zip(holders, awaited, strict=True):
        if holder_goes_on:
            assert holder.status(appointment)["lock"]["controlRequest"]["userId"] == carla.member_id
        assert carla.acquires(appointment).status == (409 if holder_goes_on else 200)


def test_deactivation_affects_no_other_tenant(
    practice: Practice, alice: Member, bob: Member, stream: Stream
) -> None:
    other = Practice("Hillside Clinic")
    elsewhere = other.creates_appointment()
    holder, waiter = other.adds_member("Holder"), other.adds_member("Asker")
    holder.acquires(elsewhere)
    waiter.requests_control(elsewhere)
    before = holder.status(elsewhere)["version"]

    leaves_for_good(alice, practice, stream)
    eviction.evict_member(Deactivation(bob.tenant_id, waiter.member_id, utc_now(), practice.admin.principal))

    assert holder.status(elsewhere)["version"] == before


def test_deactivated_member_can_release_by_lock_id(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    alice.acquires(appointment)
    practice.admin.deactivates(alice)

    assert alice.renews(appointment).code == "UNAUTHENTICATED"
    assert alice.releases(appointment).code == "UNAUTHENTICATED"
    closing = alice.post(f"/appointments/{appointment}/release-lock", {"lockId": alice.lock_id})

    assert closing.status == 200
    assert bob.acquires(appointment).status == 200


def test_redelivered_deactivation_changes_nothing(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    ended = leaves_for_good(alice, practice, stream)
    bob.acquires(appointment)
    before = bob.status(appointment).body

    eviction.evict_member(ended)

    assert bob.status(appointment)["version"] == before["version"]
    assert bob.renews(appointment).status == 200


def test_later_lease_of_deactivated_member_is_ended(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    leaves_for_good(alice, practice, stream)
    late = leases.acquire(Tab(alice.principal, alice.tab_id), appointment)
    assert bob.acquires(appointment).code == "LOCKED"

    ended = find_deactivation(alice.tenant_id, late.user_id)
    assert ended is not None
    eviction.evict_member(ended)

    assert bob.acquires(appointment).status == 200


def test_deactivation_costs_bounded_calls(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)
    practice.admin.deactivates(alice)
    (ended,) = deactivations(stream)

    with calls_of("end a member's locks") as calls:
        eviction.evict_member(ended)

    assert calls == ["Query"] * 9 + ["GetItem", "PutItem"], "leases, eight shards of waitlists, one update"


def test_deactivation_closes_only_own_connections(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    gone, watching = [alice.connects(), alice.in_another_tab().connects()], bob.connects()
    for socket in (*gone, watching):
        socket.subscribes(appointment)
    alice.acquires(appointment)
    practice.admin.deactivates(alice)

    assert stream.pump() == []

    assert [socket.is_closed for socket in (*gone, watching)] == [True, True, False]
    assert connections.connection_ids_of(alice.tenant_id, alice.member_id) == []
    delivered = [(frame["type"], frame.get("state"), frame.get("cause")) for frame in watching.frames[1:]]
    assert ("presence-update", "left", None) in delivered
    assert bob.acquires(appointment).status == 200


def test_earlier_ticket_is_refused_after_deactivation(practice: Practice, alice: Member, stream: Stream) -> None:
    ticket = alice.post("/auth/ws-ticket", {"sessionId": alice.tab_id})["ticket"]
    practice.admin.deactivates(alice)
    stream.pump()

    with pytest.raises(UpgradeRefused):
        connects(ticket)

    assert connections.connection_ids_of(alice.tenant_id, alice.member_id) == []


def test_late_lease_of_deactivated_member_ends_at_once(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    practice.admin.deactivates(alice)
    stream.pump()
    leases.acquire(Tab(alice.principal, alice.tab_id), appointment)

    stream.pump()

    assert bob.status(appointment)["state"] == "unlocked"
