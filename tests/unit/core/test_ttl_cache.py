"""The TTL cache of a process."""

from datetime import UTC, datetime, timedelta

from chalicelib.core.ttl_cache import TTLCache

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_cached_value_expires_after_ttl() -> None:
    lookups = TTLCache[str](SECOND)
    lookups.put("key", "answer", NOON)

    assert lookups.get("key", NOON + SECOND - timedelta(milliseconds=1)) == "answer"
    assert lookups.get("key", NOON + SECOND) is None
    assert lookups.get("key", NOON - SECOND) is None, "the clock was set back"
    assert lookups.get("another", NOON) is None


def test_newer_value_replaces_older_with_new_ttl() -> None:
    lookups = TTLCache[str](SECOND)
    lookups.put("key", "old", NOON)
    lookups.put("key", "new", NOON + SECOND)

    assert lookups.get("key", NOON + SECOND) == "new"


def test_full_cache_drops_the_oldest() -> None:
    lookups = TTLCache[int](SECOND, max_size=2)
    for number, key in enumerate(("one", "two", "one", "three")):
        lookups.put(key, number, NOON)

    assert [lookups.get(key, NOON) for key in ("one", "two", "three")] == [2, None, 3]


def test_removed_key_is_absent() -> None:
    lookups = TTLCache[str](SECOND)
    lookups.put("key", "answer", NOON)
    lookups.delete("key")
    lookups.delete("never there")

    assert lookups.get("key", NOON) is None
