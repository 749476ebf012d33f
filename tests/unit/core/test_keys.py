"""Keys separate tenants."""

import re
import string
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.keys import (
    AppointmentKey,
    HoldKey,
    HourKey,
    InvalidId,
    Key,
    LockKey,
    MemberKey,
    RateLimitKey,
)

IDS = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=64)
WORDS = st.sampled_from(["TENANT", "APPOINTMENT", "TIMELINE", "LOCK"])
# Generated ids, and ids that look like parts of a key.
TRICKY_IDS = IDS | WORDS
STREAMED = [
    AppointmentKey("t1", "a1"),
    LockKey("t1", "a1"),
    HoldKey("t1", "h1"),
    HourKey("t1", keys.owner("doctor", "d1"), "2026-01-31T09"),
    MemberKey("t1", "alice"),
    RateLimitKey("t1", "alice", keys.LOCK_ATTEMPTS, 7),
]


@given(st.text() | IDS)
def test_id_of_another_form_is_invalid(text: str) -> None:
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text, re.ASCII):
        assert keys.validate_id(text) == text
    else:
        with pytest.raises(InvalidId):
            keys.validate_id(text)


@pytest.mark.parametrize("text", ["x" * 2100, "a b", "a#b", "\0", "\ud800"])
def test_slug_of_another_form_has_no_key(text: str) -> None:
    with pytest.raises(InvalidId):
        keys.slug_key(text)


@pytest.mark.parametrize("text", ["", "a#b", "a\n", "a b", "../a", "é", "a" * 65, "%23", "٣"])
def test_invalid_id_has_no_key(text: str) -> None:
    with pytest.raises(InvalidId):
        keys.validate_id(text)
    with pytest.raises(InvalidId):
        AppointmentKey("tenant", text)


@given(TRICKY_IDS, TRICKY_IDS)
def test_appointment_partition_names_tenant_and_appointment(tenant: str, appointment: str) -> None:
    key = AppointmentKey.parse(AppointmentKey(tenant, appointment).partition)

    assert (key.tenant_id, key.appointment_id) == (tenant, appointment)


@given(st.tuples(TRICKY_IDS, TRICKY_IDS), st.tuples(TRICKY_IDS, TRICKY_IDS))
def test_two_appointments_share_no_partition(one: tuple[str, str], other: tuple[str, str]) -> None:
    assume(one != other)

    assert AppointmentKey(*one).partition != AppointmentKey(*other).partition


@given(st.text(), TRICKY_IDS, st.text(), TRICKY_IDS)
def test_made_up_tenant_reaches_no_other_appointment(
    tenant: str, appointment: str, other_tenant: str, other_appointment: str
) -> None:
    assume((tenant, appointment) != (other_tenant, other_appointment))

    one, other = AppointmentKey(tenant, appointment), AppointmentKey(other_tenant, other_appointment)
    assert one.partition != other.partition


@given(TRICKY_IDS, TRICKY_IDS, st.integers(0))
def test_rate_limit_partition_names_its_tenant(tenant: str, user: str, number: int) -> None:
    window = RateLimitKey(tenant, user, keys.LOCK_ATTEMPTS, number)
    stored = keys.parse(window.partition, window.sort)

    assert isinstance(stored, RateLimitKey)
    assert stored.tenant_id == tenant


@given(TRICKY_IDS, TRICKY_IDS)
def test_kinds_of_partition_never_meet(tenant: str, other: str) -> None:
    partitions = {
        keys.tenant(tenant),
        keys.timeline(tenant),
        AppointmentKey(tenant, other).partition,
        keys.account_key(other).partition,
        keys.slug_key(other).partition,
        RateLimitKey(tenant, other, keys.LOCK_ATTEMPTS, 1).partition,
    }

    assert len(partitions) == 6


@given(IDS)
def test_email_in_any_letter_case_is_one_account(name: str) -> None:
    assert keys.account_key(f"{name}@B.test".upper()) == keys.account_key(f"{name}@b.test".lower())


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1))
def test_revisions_sort_by_version(one: int, other: int) -> None:
    assert (keys.revision(one) < keys.revision(other)) == (one < other)


@pytest.mark.parametrize("key", STREAMED, ids=lambda key: type(key).__name__)
def test_stored_key_is_parsed_to_its_type(key: Key) -> None:
    stored = keys.parse(key.partition, key.sort)

    assert (type(stored), stored) == (type(key), key)
    parts = ("tenant_id", "appointment_id", "hold_id", "owner", "member_id")
    assert [getattr(stored, part, None) for part in parts] == [getattr(key, part, None) for part in parts]


@given(TRICKY_IDS, TRICKY_IDS)
def test_parsed_lock_keeps_its_tenant_and_appointment(tenant: str, appointment: str) -> None:
    lock = LockKey(tenant, appointment)
    stored = keys.parse(lock.partition, lock.sort)

    assert isinstance(stored, LockKey)
    assert (stored.tenant_id, stored.appointment_id) == (tenant, appointment)


@pytest.mark.parametrize(
    "key",
    [
        keys.revision_key(AppointmentKey("t1", "a1"), 2),
        keys.tenant_key("t1"),
        keys.account_key("alice@practice.test"),
        keys.doctor_key("t1", "d1"),
        keys.attempt_key(RateLimitKey("t1", "alice", keys.LOCK_ATTEMPTS, 7), 1),
        keys.member_statistics_key("t1", "alice"),
        HourKey("t1", keys.owner("resource", "r1"), "2026-01-31T09"),
    ],
    ids=["revision", "tenant", "account", "doctor", "attempt", "statistics", "hour of a room"],
)
def test_other_stored_key_is_parsed_plainly(key: Key) -> None:
    stored = keys.parse(key.partition, key.sort)

    assert (type(stored), stored) == (Key, key)


@pytest.mark.parametrize("partition", ["TENANT#t1#HOLD#h1", "TENANT#t1#CALENDAR", "TENANT#t1", ""])
def test_other_partition_is_no_appointment(partition: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - no other words are promised
        AppointmentKey.parse(partition)


def test_keys_of_one_item_are_equal() -> None:
    assert Key("TENANT#t1#APPOINTMENT#a1", "LOCK") == LockKey("t1", "a1") != AppointmentKey("t1", "a1")
    assert len({LockKey("t1", "a1"), LockKey("t1", "a1"), AppointmentKey("t1", "a1")}) == 2


@pytest.mark.parametrize("kind", ["doctor", "resource"])
@given(owner_id=IDS)
def test_stored_calendar_owner_is_parsed_back(kind: Literal["doctor", "resource"], owner_id: str) -> None:
    assert keys.parse_owner(keys.owner(kind, owner_id)) == (kind, owner_id)
