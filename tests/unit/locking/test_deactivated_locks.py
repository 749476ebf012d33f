"""What becomes of a lock when a member's account ends."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit.model import entries_for_change
from chalicelib.locking.model import RESERVATION_TIMEOUT, LockRecord, Tab, rules
from tests.unit.locking.lock_scenes import (
    ALICE,
    BOB,
    CARLA,
    DANA,
    ENDS,
    NINE,
    SECOND,
    TERMS,
    TICK,
    asked,
    freed,
    names,
    taken,
)

REASON = "account deactivated"
ADMIN = rules.actor_of(DANA.principal)


def dismissed(record: LockRecord, who: Tab, seconds: float = 10) -> LockRecord:
    """The lock once that member's account has ended."""
    return rules.evict_member(record, who.member_id, ADMIN, REASON, NINE + seconds * SECOND, TERMS)


def test_a_hold_ends_as_if_the_admin_had_released_it() -> None:
    held = taken()

    ended = dismissed(held, ALICE)

    assert (ended.lock, ended.cause, ended.actor, ended.reason) == (None, "force_released", ADMIN, REASON)
    assert ended.version == held.version + 1
    (told,) = entries_for_change(held, ended)
    assert (told.action, told.user_id, told.released_by, told.reason) == (
        "force_released",
        "alice",
        "dana",
        REASON,
    )
    assert told.duration == 10


def test_it_is_the_turn_of_whoever_waits() -> None:
    ended = dismissed(asked(taken(), BOB, CARLA), ALICE)

    assert names(ended) == ["bob", "carla"]
    assert ended.reserved_until == NINE + 10 * SECOND + RESERVATION_TIMEOUT


def test_the_first_in_line_makes_room_and_the_next_is_asked_for_the_whole_time() -> None:
    waiting = asked(taken(), BOB, CARLA)

    ended = dismissed(waiting, BOB)

    assert (names(ended), ended.cause) == (["carla"], "withdrawn")
    assert ended.control_expires_at == NINE + 10 * SECOND + TERMS.request_timeout
    assert ended.lock is not None
    assert ended.lock.user_id == "alice"
    assert entries_for_change(waiting, ended) == []


def test_one_further_back_makes_room_and_the_first_gets_no_more_time() -> None:
    waiting = asked(taken(), BOB, CARLA)

    ended = dismissed(waiting, CARLA)

    assert names(ended) == ["bob"]
    assert ended.control_expires_at == waiting.control_expires_at


def test_a_turn_passes_to_the_next() -> None:
    free = freed(asked(taken(), BOB, CARLA), NINE + SECOND)

    ended = dismissed(free, BOB, seconds=2)

    assert (names(ended), ended.reserved_until) == (["carla"], NINE + 2 * SECOND + RESERVATION_TIMEOUT)


def test_a_lease_that_ran_out_ends_as_such() -> None:
    held = taken()
    past = (ENDS + TICK - NINE) / SECOND

    assert dismissed(held, ALICE, past) is held
    assert dismissed(held, ALICE, past - 0.001).cause == "force_released", "the deadline itself is the holder's"


@given(st.sampled_from([ALICE, BOB, CARLA]), st.lists(st.sampled_from([BOB, CARLA]), max_size=2, unique_by=id))
def test_nobody_is_dismissed_twice_and_nothing_of_them_is_left(who: Tab, askers: list[Tab]) -> None:
    ended = dismissed(asked(taken(), *askers), who)

    assert dismissed(ended, who) is ended
    assert who.member_id not in names(ended)
    assert ended.lock is None or ended.lock.user_id != who.member_id
