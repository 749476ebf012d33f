"""A practice's name as an address."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts.model import slug_of


@given(st.text())
def test_any_name_becomes_an_address(name: str) -> None:
    slug = slug_of(name)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 40


@given(st.text())
def test_an_address_stays_what_it_is(name: str) -> None:
    assert slug_of(slug_of(name)) == slug_of(name)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Müller & Söhne, Zahnärzte", "muller-sohne-zahnarzte"),
        ("  Riverside -- Clinic  ", "riverside-clinic"),
        ("Praxis №5", "praxis-no5"),
        ("医院", "practice"),
        ("", "practice"),
        ("a" * 39 + " bc", "a" * 39),
        ("Straße", "strae"),
    ],
)
def test_names_and_their_addresses(name: str, slug: str) -> None:
    assert slug_of(name) == slug
