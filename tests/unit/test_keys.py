"""The keys keep tenants apart."""

import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound

IDS = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=64)
WORDS = st.sampled_from(["TENANT", "APPOINTMENT", "TIMELINE", "LOCK"])
# Ids like those we make, and such as look like parts of a key.
TRICKY_IDS = IDS | WORDS


@given(st.text() | IDS)
def test_only_what_has_the_form_of_an_id_passes(text: str) -> None:
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text, re.ASCII):
        assert keys.validate_id(text) == text
    else:
        with pytest.raises(NotFound):
            keys.validate_id(text)


@pytest.mark.parametrize("text", ["x" * 2100, "a b", "a#b", "\0", "\ud800"])
def test_an_address_that_no_practice_can_have_makes_no_key(text: str) -> None:
    with pytest.raises(NotFound):
        keys.slug(text)


@pytest.mark.parametrize("text", ["", "a#b", "a\n", "a b", "../a", "é", "a" * 65, "%23", "٣"])
def test_nothing_else_can_name_a_thing(text: str) -> None:
    with pytest.raises(NotFound):
        keys.validate_id(text)
    with pytest.raises(NotFound):
        keys.appointment("tenant", text)


@given(TRICKY_IDS, TRICKY_IDS)
def test_a_partition_names_its_tenant_and_appointment(tenant: str, appointment: str) -> None:
    assert keys.appointment_of(keys.appointment(tenant, appointment)) == (tenant, appointment)


@given(st.tuples(TRICKY_IDS, TRICKY_IDS), st.tuples(TRICKY_IDS, TRICKY_IDS))
def test_no_two_appointments_share_a_partition(one: tuple[str, str], other: tuple[str, str]) -> None:
    assume(one != other)

    assert keys.appointment(*one) != keys.appointment(*other)


@given(st.text(), TRICKY_IDS, st.text(), TRICKY_IDS)
def test_not_even_a_made_up_tenant_reaches_anothers_appointment(
    tenant: str, appointment: str, other_tenant: str, other_appointment: str
) -> None:
    assume((tenant, appointment) != (other_tenant, other_appointment))

    assert keys.appointment(tenant, appointment) != keys.appointment(other_tenant, other_appointment)


@given(TRICKY_IDS, TRICKY_IDS, st.integers(0))
def test_a_window_of_a_limit_names_its_tenant(tenant: str, user: str, number: int) -> None:
    assert keys.tenant_of_window(keys.rate_limit_window(tenant, user, keys.LOCK_ATTEMPTS, number)) == tenant


@given(TRICKY_IDS, TRICKY_IDS)
def test_kinds_of_partition_never_meet(tenant: str, other: str) -> None:
    partitions = {
        keys.tenant(tenant),
        keys.timeline(tenant),
        keys.appointment(tenant, other),
        keys.email(other),
        keys.slug(other),
        keys.rate_limit_window(tenant, other, keys.LOCK_ATTEMPTS, 1),
    }

    assert len(partitions) == 6


@given(IDS)
def test_an_email_is_one_account_in_any_letter_case(name: str) -> None:
    assert keys.email(f"{name}@B.test".upper()) == keys.email(f"{name}@b.test".lower())


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1))
def test_revisions_sort_by_version(one: int, other: int) -> None:
    assert (keys.revision(one) < keys.revision(other)) == (one < other)
