"""Strategies and preconditions of the rules."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.machine.model_types import ModelMember, ModelTab
from tests.machine.reference_model import ReferenceLock

MEMBERS = [
    ModelMember(name.lower(), name, f"{name.lower()}@practice.test", is_admin)
    for name, is_admin in [("Alice", False), ("Bob", False), ("Carla", False), ("Dana", True), ("Eve", True)]
]
TABS = [ModelTab(member, f"{member.member_id}-in-tab-{number}") for member in MEMBERS for number in (1, 2)]
SUBJECTS = 2
subjects = st.sampled_from([0, 0, *range(SUBJECTS)])
tabs = st.sampled_from(TABS)
# Mostly the newest lock id, else an older or an invented one.
lock_id_ages = st.sampled_from([1] * 8 + [2, 3, 99])
# Mostly the member with that lock id, else another.
other_members = st.sampled_from([None] * 15 + MEMBERS)


LockPredicate = Callable[[ReferenceLock], bool]


def any_lock(model: ReferenceLock) -> bool:
    """Accept any lock."""
    return model is not None


def is_leased(model: ReferenceLock) -> bool:
    """Whether the lock has a lease, live or not."""
    return model.lease is not None


def has_waiters(model: ReferenceLock) -> bool:
    """Whether there is a waitlist."""
    return bool(model.waitlist)


def if_any_lock(predicate: LockPredicate) -> Callable[[Any], bool]:
    """Return the precondition that some lock is so; in odd steps it always holds."""
    return lambda machine: machine.is_odd() or any(predicate(subject.model) for subject in machine.subjects)


def is_fast(machine: Any) -> bool:
    """Whether deadlines come often; in other examples they are rare, so that waitlists grow."""
    return bool(machine.is_fast or machine.is_odd())
