"""Who and what the machine chooses from, and when it makes sense to."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.machine.model_types import ModelMember, ModelTab
from tests.machine.reference_model import ReferenceLock

MEMBERS = [
    ModelMember(name.lower(), name, f"{name.lower()}@practice.test", is_admin)
    for name, is_admin in [("Alice", False), ("Bob", False), ("Carla", False), ("Dana", True), ("Eve", True)]
]
TABS = [ModelTab(who, f"{who.member_id}-in-tab-{number}") for who in MEMBERS for number in (1, 2)]
SUBJECTS = 2
subjects = st.sampled_from([0, 0, *range(SUBJECTS)])
tabs = st.sampled_from(TABS)
# The newest lock id most of the time, else an older one or none that ever was.
lock_id_ages = st.sampled_from([1] * 8 + [2, 3, 99])
# Whoever had that lock id most of the time, else somebody who did not.
other_members = st.sampled_from([None] * 15 + MEMBERS)


LockPredicate = Callable[[ReferenceLock], bool]


def any_lock(sheet: ReferenceLock) -> bool:
    """No wish."""
    return sheet is not None


def is_leased(sheet: ReferenceLock) -> bool:
    """Somebody holds it, or did until its deadline."""
    return sheet.lease is not None


def has_waiters(sheet: ReferenceLock) -> bool:
    """Somebody waits."""
    return bool(sheet.waitlist)


def if_any_lock(wish: LockPredicate) -> Callable[[Any], bool]:
    """A precondition: some lock is like that; and now and then none need be."""
    return lambda walk: walk.is_odd() or any(wish(desk.sheet) for desk in walk.desks)


def is_fast(walk: Any) -> bool:
    """Deadlines come one after the other; in a calm example seldom, so that lines grow long."""
    return bool(walk.is_hasty or walk.is_odd())
