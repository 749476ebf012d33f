"""Cursors restore their position, in their own list only."""

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.core.http.pagination import PageQuery, from_cursor, to_cursor


@given(st.text(), st.text(min_size=1))
def test_cursor_leads_back_to_its_position(list_id: str, position: str) -> None:
    assert from_cursor(list_id, to_cursor(list_id, position)) == position


@given(st.text(), st.text())
def test_cursor_fits_into_a_query_string(list_id: str, position: str) -> None:
    assert to_cursor(list_id, position).replace("-", "").replace("_", "").isalnum()


@given(st.text(), st.text(), st.text(min_size=1))
def test_cursor_of_another_list_is_refused(one: str, other: str, position: str) -> None:
    assume(one != other)

    with pytest.raises(ValidationFailed):
        from_cursor(other, to_cursor(one, position))


@given(st.text())
def test_text_that_no_page_gave_is_refused(text: str) -> None:
    for cursor in (text, base64.urlsafe_b64encode(text.encode()).decode()):
        with pytest.raises(ValidationFailed):
            from_cursor("list", cursor)


@pytest.mark.parametrize(
    "text", ["=", "a", "not a cursor", "é", "____", "Zm 9v", "Zm9v\n", "%00", "\ud800", "e30="]
)
def test_malformed_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        from_cursor("list", text)

    assert refused.value.extensions["errors"] == [
        FieldError("cursor", "is not a cursor of this list; leave it out to start again")
    ]


def test_first_page_has_no_position() -> None:
    assert PageQuery().position_in("list") is None


@given(st.text(min_size=1))
def test_next_page_begins_at_its_cursor(position: str) -> None:
    assert PageQuery(cursor=to_cursor("list", position)).position_in("list") == position
