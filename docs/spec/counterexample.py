"""The shortest run that violates an invariant, with names for the clients."""

from docs.spec.invariants import INVARIANTS, invariants_of
from docs.spec.search import Search, steps
from docs.spec.state import SKEW, STALLED, State, Step, canonical, initial


def counterexample(found: Search, invariant: str) -> list[str]:
    """List the steps, in order, up to the first violation of this invariant."""
    before, violation = found.violations[invariant]
    path = found.path_to(before)
    state, lines = initial(len(before.clients)), []
    for target in path[1:]:
        step = next(
            step
            for step in steps(state, found.preconditions)
            if canonical(step.after, found.preconditions) == target
        )
        lines.append(_describe(step))
        state = step.after._replace(version=0)
    if violation is not None:
        lines.append(_describe(_violating_step(found, invariant, state)))
    return lines


def _violating_step(found: Search, invariant: str, state: State) -> Step:
    for step in steps(state, found.preconditions):
        if invariant in invariants_of(step) and not INVARIANTS[invariant](state, step):
            return step
    raise AssertionError("the replayed path differs from the path found")


def _describe(step: Step) -> str:
    subject = "" if step.actor is None else f"{'ABCDEFGH'[step.actor]} "
    lock_id = " under an old lock id" if step.uses_old_id else ""
    version = " based on an old version" if step.uses_old_version else ""
    clock = {STALLED: ", by a stalled function", -SKEW: ", by a slow clock"}.get(step.clock, "")
    return f"{subject}{step.action}{lock_id}{version}{clock}"
