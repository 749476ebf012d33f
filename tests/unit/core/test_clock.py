"""Instants in the store and on the wire."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.clock import from_ms, new_id, rfc3339, to_ms, utc_now

# Instants around now, as far as appointments reach.
MILLISECONDS = st.integers(to_ms(datetime(1990, 1, 1, tzinfo=UTC)), to_ms(datetime(2200, 1, 1, tzinfo=UTC)))


@given(MILLISECONDS)
def test_milliseconds_survive_the_store(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == milliseconds


@given(MILLISECONDS)
def test_milliseconds_survive_the_wire(milliseconds: int) -> None:
    instant = from_ms(milliseconds)

    assert datetime.fromisoformat(rfc3339(instant)) == instant


@given(MILLISECONDS, st.integers(-1439, 1439))
def test_instant_has_one_spelling_for_all_offsets(milliseconds: int, offset_minutes: int) -> None:
    instant = from_ms(milliseconds)
    elsewhere = instant.astimezone(timezone(timedelta(minutes=offset_minutes)))

    assert rfc3339(elsewhere) == rfc3339(instant)
    assert rfc3339(instant).endswith("Z")


@given(MILLISECONDS.map(lambda ms: ms // 1000), MILLISECONDS.map(lambda ms: ms // 1000))
def test_text_of_seconds_sorts_by_time(one: int, other: int) -> None:
    """The index of appointments by time depends on this."""
    texts = [rfc3339(from_ms(seconds * 1000)) for seconds in (one, other)]

    assert (texts[0] < texts[1]) == (one < other)


def test_milliseconds_are_written_only_if_present() -> None:
    assert rfc3339(datetime(2026, 1, 31, 9, tzinfo=UTC)) == "2026-01-31T09:00:00Z"
    assert rfc3339(datetime(2026, 1, 31, 9, 0, 0, 7000, UTC)) == "2026-01-31T09:00:00.007Z"


def test_now_is_in_utc_with_whole_milliseconds() -> None:
    now = utc_now()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)


def test_ids_are_unique_with_32_characters() -> None:
    ids = {new_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert {len(one) for one in ids} == {32}
