"""Whatever happens to a lock, its history is whole: by hypothesis, over sequences of rules."""

import json
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit.model import count_entries, entries_for_change, public_lease_id
from chalicelib.core.http.errors import Problem
from chalicelib.core.http.schema import to_json
from chalicelib.locking.model import Tab, TimeoutAction
from tests.unit.locking.lock_desk import ALICE, ALICE_ELSEWHERE, BOB, DANA, Desk

TABS = [ALICE, ALICE_ELSEWHERE, BOB, DANA]
ENDINGS = {"released", "expired", "force_released", "taken_over", "granted", "moved"}


# What only the holder may do; by anybody else it would be refused.
BY_THE_HOLDER = ["renews", "releases", "denies", "grants"]
BY_ANYBODY = ["moves", "takes_over", "forces", "withdraws", "leaves", "comes_back"]
BY_NOBODY = ["settles", "is_removed"]


@dataclass(frozen=True)
class Step:
    """Somebody does something, so many seconds after what was done before."""

    name: str
    who: Tab
    pause: float
    on_timeout: TimeoutAction

    def take(self, desk: Desk, at: float) -> None:
        """Take it, if the rules allow it."""
        who = desk.holder(TABS) or self.who if self.name in BY_THE_HOLDER else self.who
        extra = [self.on_timeout] if self.name == "asks" else []
        with suppress(Problem):
            getattr(desk, self.name)(who, at, *extra)


STEPS = st.lists(
    st.builds(
        Step,
        # Acquiring and asking are what leads to all else.
        st.sampled_from(["acquires", "asks"]) | st.sampled_from([*BY_THE_HOLDER * 2, *BY_ANYBODY, *BY_NOBODY]),
        st.sampled_from(TABS),
        # Most of them soon, some after a deadline, some by a clock that is behind.
        st.integers(-3, 5) | st.integers(-3, 5) | st.sampled_from([6, 16, 31, 301]),
        st.sampled_from(get_args(TimeoutAction)),
    ),
    min_size=10,
    max_size=30,
)


def played(steps: list[Step]) -> Desk:
    """The lock after all of it; in the end TTL removes it."""
    desk, at = Desk(), 0.0
    desk.acquires(TABS[0], at)
    for step in steps:
        at += step.pause
        step.take(desk, at)
    desk.is_removed()
    return desk


@given(STEPS)
def test_every_hold_begins_once_and_ends_once_and_in_this_order(steps: list[Step]) -> None:
    desk = played(steps)
    entries = [entry for change in desk.changes for entry in entries_for_change(*change)]

    held = {public_lease_id(new.lock) for _, new in desk.changes if new and new.lock}
    assert {entry.lock_id for entry in entries} == held
    for lock_id in held:
        story = [entry for entry in entries if entry.lock_id == lock_id]
        first, *between, last = story
        assert first.action == "acquired"
        assert last.action in ENDINGS
        assert {entry.action for entry in between} <= {"denied"}
        assert last.user_id == first.user_id
    # One hold at a time: each ends before the next begins.
    turns = [entry.action for entry in entries if entry.action != "denied"]
    assert all((one == "acquired") != (other == "acquired") for one, other in pairwise(turns))


@given(STEPS)
def test_entries_sort_as_it_happened_and_are_told_the_same_again(steps: list[Step]) -> None:
    desk = played(steps)
    entries = [entry for change in desk.changes for entry in entries_for_change(*change)]

    assert [entry.id for entry in entries] == sorted({entry.id for entry in entries})
    assert entries == [entry for change in desk.changes for entry in entries_for_change(*change)]
    assert all((entry.duration is None) == (entry.action not in ENDINGS) for entry in entries)
    assert all((entry.duration or 0) >= 0 for entry in entries)


@given(STEPS)
def test_the_history_tells_no_secret(steps: list[Step]) -> None:
    desk = played(steps)
    entries = [entry for change in desk.changes for entry in entries_for_change(*change)]

    assert "secret" not in json.dumps(to_json(entries))


@given(STEPS)
def test_counting_change_by_change_is_counting_the_whole(steps: list[Step]) -> None:
    changes = [entries_for_change(*change) for change in played(steps).changes]
    whole = count_entries(entry for entries in changes for entry in entries)

    parts = [count_entries(entries) for entries in changes]
    names = {name for tally in (whole, *parts) for name in tally.counts}
    assert {name: sum(part.count(name) for part in parts) for name in names} == dict(whole.counts)
    assert max((part.longest_ms for part in parts), default=0) == whole.longest_ms
    assert whole.count("leases") == whole.count("acquired"), "in the end all holds have ended"
