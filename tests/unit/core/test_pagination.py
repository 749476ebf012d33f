"""Cursors lead back to their place, in their own list alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.core.http.errors import ValidationFailed
from chalicelib.core.http.pagination import cursor_in, from_cursor, position_in, to_cursor


@given(st.text())
def test_a_cursor_leads_back_to_its_place(position: str) -> None:
    assert from_cursor(to_cursor(position)) == position


@given(st.text())
def test_a_cursor_fits_into_an_address(position: str) -> None:
    assert to_cursor(position).replace("-", "").replace("_", "").isalnum() or position == ""


@given(st.text())
def test_any_text_is_a_place_or_none(text: str) -> None:
    place = from_cursor(text)

    assert place is None or from_cursor(to_cursor(place)) == place


@pytest.mark.parametrize("text", ["=", "a", "not a cursor", "é", "____", "Zm 9v", "Zm9v\n", "%00", "\ud800"])
def test_what_no_page_gave_is_no_place(text: str) -> None:
    assert from_cursor(text) is None


@given(st.text(), st.text(min_size=1))
def test_a_lists_cursor_leads_back_to_its_place_in_it(partition: str, position: str) -> None:
    assert position_in(partition, cursor_in(partition, position)) == position


@given(st.text(), st.text(), st.text(min_size=1))
def test_a_cursor_is_good_for_its_own_list_alone(one: str, other: str, position: str) -> None:
    assume(one != other)

    with pytest.raises(ValidationFailed):
        position_in(other, cursor_in(one, position))


@given(st.text())
def test_what_no_page_of_the_list_gave_is_refused(text: str) -> None:
    for cursor in (text, to_cursor(text)):
        with pytest.raises(ValidationFailed):
            position_in("partition", cursor)
