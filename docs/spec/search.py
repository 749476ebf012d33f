"""Breadth-first search of all reachable states: the shortest violation is first."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from docs.spec import actions_control, actions_lease, actions_timers
from docs.spec.invariants import EVERY_LEASE_ENDS, invariants_of
from docs.spec.preconditions import Preconditions
from docs.spec.state import State, Step, canonical, initial

_CLIENT_ACTIONS = (
    actions_lease.open_appointment,
    actions_lease.acquire,
    actions_lease.renew,
    actions_lease.release,
    actions_lease.save,
    actions_control.request_control,
    actions_control.respond,
    actions_control.override,
    actions_control.disconnect,
    actions_control.reconnect,
)
_TIMER_ACTIONS = (actions_timers.tick, actions_timers.expire, actions_timers.time_out, actions_timers.remove)
# The events that can end a lease without its holder and without an admin.
_UNAIDED = frozenset(
    {
        "time passes",
        "the timer reads an expired lease",
        "the timer writes the expiry",
        "acquires",
        "TTL removes the item",
    }
)


def steps(state: State, preconditions: Preconditions) -> Iterator[Step]:
    """Generate every possible next step."""
    for timer_action in _TIMER_ACTIONS:
        yield from timer_action(state, preconditions)
    for actor in range(len(state.clients)):
        for client_action in _CLIENT_ACTIONS:
            yield from client_action(state, actor, preconditions)


@dataclass
class Search:
    """The states with their predecessors, and the first violation of each invariant.

    A violation is the state before it and the violating step; None for a property of the whole graph.
    """

    preconditions: Preconditions
    parents: dict[State, State | None]
    violations: dict[str, tuple[State, Step | None]] = field(default_factory=dict)
    steps: int = 0
    depth: int = 0  # the longest shortest path from the first state, in steps
    _predecessors: dict[State, list[State]] = field(default_factory=dict, repr=False)
    _ending: list[State] = field(default_factory=list, repr=False)

    @property
    def states(self) -> int:
        """The number of states, up to permutation of the clients."""
        return len(self.parents)

    @property
    def violated(self) -> frozenset[str]:
        """The violated invariants."""
        return frozenset(self.violations)

    def path_to(self, state: State) -> list[State]:
        """Return the states on the shortest path to this state, itself included."""
        path = [state]
        while (earlier := self.parents[path[-1]]) is not None:
            path.append(earlier)
        return path[::-1]

    def visit(self, before: State) -> Iterator[State]:
        """Check all steps from a state and yield the states not visited before."""
        for step in steps(before, self.preconditions):
            self.steps += 1
            for name, holds in invariants_of(step).items():
                if not holds(before, step):
                    self.violations.setdefault(name, (before, step))
            after = canonical(step.after, self.preconditions)
            self._record_ending(before, step, after)
            if after not in self.parents:
                self.parents[after] = before
                yield after

    def _record_ending(self, before: State, step: Step, after: State) -> None:
        if step.action not in _UNAIDED:
            return
        holder = before.holder
        if holder is None or step.actor == holder:
            return
        if step.after.holder != holder:
            self._ending.append(before)
        elif after != before:
            self._predecessors.setdefault(after, []).append(before)

    def check_endings(self) -> None:
        """Check that every lease can end without its holder and an admin."""
        can_end, pending = set(self._ending), list(self._ending)
        while pending:
            for before in self._predecessors.get(pending.pop(), ()):
                if before not in can_end:
                    can_end.add(before)
                    pending.append(before)
        for state in self.parents:
            if state.holder is not None and state not in can_end:
                self.violations[EVERY_LEASE_ENDS] = state, None
                return


def search(clients: int, preconditions: Preconditions, until: frozenset[str] = frozenset()) -> Search:
    """Visit every reachable state, or only until all these invariants are violated."""
    start = canonical(initial(clients), preconditions)
    found = Search(preconditions, {start: None})
    level = [start]
    while level and not (until and until <= found.violated):
        found.depth += 1
        level = [after for before in level for after in found.visit(before)]
    if not level:
        found.check_endings()
    return found
