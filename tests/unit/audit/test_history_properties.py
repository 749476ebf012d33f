"""The history is complete for any sequence of rules."""

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
from tests.lock_builders import ALICE, ALICE_ELSEWHERE, BOB, DANA, LockSimulation

TABS = [ALICE, ALICE_ELSEWHERE, BOB, DANA]
ENDINGS = {"released", "expired", "force_released", "taken_over", "granted", "moved"}


# Operations of the holder, which are refused for other members.
BY_THE_HOLDER = ["renews", "releases", "denies", "grants"]
BY_ANYBODY = ["moves", "takes_over", "force_releases", "withdraws_request", "disconnects", "reconnects"]
BY_NOBODY = ["applies_due_transition", "is_removed"]


@dataclass(frozen=True)
class Step:
    """An operation of a tab, this many seconds after the previous one."""

    name: str
    by: Tab
    pause: float
    on_timeout: TimeoutAction

    def take(self, lock: LockSimulation, at: float) -> None:
        """Apply the operation, if the rules permit it."""
        by = lock.holder(TABS) or self.by if self.name in BY_THE_HOLDER else self.by
        extra = [self.on_timeout] if self.name == "requests_control" else []
        with suppress(Problem):
            getattr(lock, self.name)(by, at, *extra)


STEPS = st.lists(
    st.builds(
        Step,
        # Most operations require an acquire or a request first.
        st.sampled_from(["acquires", "requests_control"])
        | st.sampled_from([*BY_THE_HOLDER * 2, *BY_ANYBODY, *BY_NOBODY]),
        st.sampled_from(TABS),
        # Most soon, some after a deadline, some by a slow clock.
        st.integers(-3, 5) | st.integers(-3, 5) | st.sampled_from([6, 16, 31, 301]),
        st.sampled_from(get_args(TimeoutAction)),
    ),
    min_size=10,
    max_size=30,
)


def played(steps: list[Step]) -> LockSimulation:
    """Return the lock after all steps and the removal of its item."""
    lock, at = LockSimulation(), 0.0
    lock.acquires(TABS[0], at)
    for step in steps:
        at += step.pause
        step.take(lock, at)
    lock.is_removed()
    return lock


@given(STEPS)
def test_each_lease_starts_once_and_then_ends_once(steps: list[Step]) -> None:
    lock = played(steps)
    entries = [entry for change in lock.changes for entry in entries_for_change(*change)]

    held = {public_lease_id(new.lock) for _, new in lock.changes if new and new.lock}
    assert {entry.lock_id for entry in entries} == held
    for lock_id in held:
        story = [entry for entry in entries if entry.lock_id == lock_id]
        first, *between, last = story
        assert first.action == "acquired"
        assert last.action in ENDINGS
        assert {entry.action for entry in between} <= {"denied"}
        assert last.user_id == first.user_id
    # One lease at a time: each ends before the next starts.
    turns = [entry.action for entry in entries if entry.action != "denied"]
    assert all((one == "acquired") != (other == "acquired") for one, other in pairwise(turns))


@given(STEPS)
def test_entries_sort_by_time_and_are_deterministic(steps: list[Step]) -> None:
    lock = played(steps)
    entries = [entry for change in lock.changes for entry in entries_for_change(*change)]

    assert [entry.id for entry in entries] == sorted({entry.id for entry in entries})
    assert entries == [entry for change in lock.changes for entry in entries_for_change(*change)]
    assert all((entry.duration is None) == (entry.action not in ENDINGS) for entry in entries)
    assert all((entry.duration or 0) >= 0 for entry in entries)


@given(STEPS)
def test_history_contains_no_secret(steps: list[Step]) -> None:
    lock = played(steps)
    entries = [entry for change in lock.changes for entry in entries_for_change(*change)]

    assert "secret" not in json.dumps(to_json(entries))


@given(STEPS)
def test_counters_of_changes_add_up_to_the_whole(steps: list[Step]) -> None:
    changes = [entries_for_change(*change) for change in played(steps).changes]
    whole = count_entries(entry for entries in changes for entry in entries)

    parts = [count_entries(entries) for entries in changes]
    names = {name for tally in (whole, *parts) for name in tally.counts}
    assert {name: sum(part.count(name) for part in parts) for name in names} == dict(whole.counts)
    assert max((part.longest_ms for part in parts), default=0) == whole.longest_ms
    assert whole.count("leases") == whole.count("acquired"), "all leases have ended"
