"""Breadth-first through every state that can be reached, so that what is found first is shortest."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from docs.protocol import company, due, holding
from docs.protocol.guards import Guards
from docs.protocol.promises import EVERY_LEASE_ENDS, promises_of
from docs.protocol.state import State, Step, canonical, initial

_BY_CLIENTS = (
    holding.open_appointment,
    holding.acquire,
    holding.renew,
    holding.release,
    holding.save,
    company.request,
    company.respond,
    company.command,
    company.disconnect,
    company.reconnect,
)
_BY_THEMSELVES = (due.tick, due.announce, due.wait_in_vain, due.remove)
# What happens, or what another may do, when the holder is gone and no admin helps.
_UNAIDED = frozenset(
    {
        "time passes",
        "the timer finds the lease at its end",
        "the timer writes that it expired",
        "acquires",
        "TTL removes the item",
    }
)


def steps(state: State, guards: Guards) -> Iterator[Step]:
    """Everything that can happen next."""
    for happening in _BY_THEMSELVES:
        yield from happening(state, guards)
    for actor in range(len(state.clients)):
        for deed in _BY_CLIENTS:
            yield from deed(state, actor, guards)


@dataclass
class Search:
    """What was found: the states with the one each was reached from, and the first breach of each promise.

    A breach is the state before it and the step that broke the promise, if it was a step.
    """

    guards: Guards
    parents: dict[State, State | None]
    breaches: dict[str, tuple[State, Step | None]] = field(default_factory=dict)
    steps: int = 0
    depth: int = 0  # of the furthest state from the first, in steps
    _towards: dict[State, list[State]] = field(default_factory=dict, repr=False)
    _ending: list[State] = field(default_factory=list, repr=False)

    @property
    def states(self) -> int:
        """How many states there are, up to the clients' names."""
        return len(self.parents)

    @property
    def broken(self) -> frozenset[str]:
        """The promises that were broken."""
        return frozenset(self.breaches)

    def path_to(self, state: State) -> list[State]:
        """The states on the shortest way to one, itself included."""
        path = [state]
        while (earlier := self.parents[path[-1]]) is not None:
            path.append(earlier)
        return path[::-1]

    def visit(self, before: State) -> Iterator[State]:
        """Judge all steps from a state; gives the states that are new."""
        for step in steps(before, self.guards):
            self.steps += 1
            for name, is_kept in promises_of(step).items():
                if not is_kept(before, step):
                    self.breaches.setdefault(name, (before, step))
            after = canonical(step.after, self.guards)
            self._note_ending(before, step, after)
            if after not in self.parents:
                self.parents[after] = before
                yield after

    def _note_ending(self, before: State, step: Step, after: State) -> None:
        if step.deed not in _UNAIDED:
            return
        holder = before.holder
        if holder is None or step.actor == holder:
            return
        if step.after.holder != holder:
            self._ending.append(before)
        elif after != before:
            self._towards.setdefault(after, []).append(before)

    def judge_endings(self) -> None:
        """From every state with a holder, the hold can end without the holder and without an admin."""
        can_end, to_do = set(self._ending), list(self._ending)
        while to_do:
            for before in self._towards.get(to_do.pop(), ()):
                if before not in can_end:
                    can_end.add(before)
                    to_do.append(before)
        for state in self.parents:
            if state.holder is not None and state not in can_end:
                self.breaches[EVERY_LEASE_ENDS] = state, None
                return


def search(clients: int, guards: Guards, until: frozenset[str] = frozenset()) -> Search:
    """Visit every state that can be reached, or only until all these promises are seen to break."""
    start = canonical(initial(clients), guards)
    found = Search(guards, {start: None})
    level = [start]
    while level and not (until and until <= found.broken):
        found.depth += 1
        level = [after for before in level for after in found.visit(before)]
    if not level:
        found.judge_endings()
    return found
