"""Who and what the machine chooses from, and when it makes sense to."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.machine.nouns import At, Who
from tests.machine.paper import Sheet

MEMBERS = [
    Who(name.lower(), name, f"{name.lower()}@practice.test", is_admin)
    for name, is_admin in [("Alice", False), ("Bob", False), ("Carla", False), ("Dana", True), ("Eve", True)]
]
TABS = [At(who, f"{who.user_id}-in-tab-{number}") for who in MEMBERS for number in (1, 2)]
DESKS = 2
desks = st.sampled_from([0, 0, *range(DESKS)])
tabs = st.sampled_from(TABS)
# The newest lock id most of the time, else an older one or none that ever was.
nths = st.sampled_from([1] * 8 + [2, 3, 99])
# Whoever had that lock id most of the time, else somebody who did not.
others = st.sampled_from([None] * 15 + MEMBERS)


Wish = Callable[[Sheet], bool]


def anything(sheet: Sheet) -> bool:
    """No wish."""
    return sheet is not None


def is_held(sheet: Sheet) -> bool:
    """Somebody holds it, or did until its deadline."""
    return sheet.hold is not None


def is_waited_for(sheet: Sheet) -> bool:
    """Somebody waits."""
    return bool(sheet.line)


def only_if(wish: Wish) -> Callable[[Any], bool]:
    """A precondition: some lock is like that; and now and then none need be."""
    return lambda walk: walk.is_odd() or any(wish(desk.sheet) for desk in walk.desks)


def in_haste(walk: Any) -> bool:
    """Deadlines come one after the other; in a calm example seldom, so that lines grow long."""
    return bool(walk.is_hasty or walk.is_odd())
