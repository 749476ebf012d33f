"""Slugs of tenants."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts.model import RESERVED_SLUGS, slug_candidates, slugify


@given(st.text())
def test_slugify_any_name_returns_valid_slug(name: str) -> None:
    slug = slugify(name)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 40


@given(st.text())
def test_slugify_slug_returns_same_slug(name: str) -> None:
    assert slugify(slugify(name)) == slugify(name)


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
def test_slugify_name_returns_expected_slug(name: str, slug: str) -> None:
    assert slugify(name) == slug


@given(st.text() | st.sampled_from(sorted(RESERVED_SLUGS)), st.floats(0, 1, exclude_max=True))
def test_slug_candidates_are_distinct_and_not_reserved(name: str, chance: float) -> None:
    slugs = list(slug_candidates(name, lambda most: int(most * chance)))

    assert len({*slugs}) == len(slugs) >= 10
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) and len(slug) <= 40 for slug in slugs)
    assert not RESERVED_SLUGS & {*slugs}


def test_slug_candidates_are_numbered_then_random() -> None:
    drawn = list(slug_candidates("Riverside Clinic", lambda _: 0))

    assert drawn[:4] == ["riverside-clinic", "riverside-clinic-2", "riverside-clinic-3", "riverside-clinic-10"]
    assert next(slug_candidates("Bookings", lambda _: 0)) == "bookings-2", "the name is reserved"
