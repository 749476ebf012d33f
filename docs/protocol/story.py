"""The shortest way to a broken promise, told with the clients' names."""

from docs.protocol.promises import PROMISES, promises_of
from docs.protocol.search import Search, steps
from docs.protocol.state import SKEW, STALLED, State, Step, canonical, initial


def story(found: Search, promise: str) -> list[str]:
    """What happens, in order, until this promise is broken."""
    before, breach = found.breaches[promise]
    path = found.path_to(before)
    state, told = initial(len(before.clients)), []
    for target in path[1:]:
        step = next(step for step in steps(state, found.guards) if canonical(step.after, found.guards) == target)
        told.append(_sentence(step))
        state = step.after._replace(version=0)
    if breach is not None:
        told.append(_sentence(_the_breach(found, promise, state)))
    return told


def _the_breach(found: Search, promise: str, state: State) -> Step:
    for step in steps(state, found.guards):
        if promise in promises_of(step) and not PROMISES[promise](state, step):
            return step
    raise AssertionError("the way there was not the way found")


def _sentence(step: Step) -> str:
    subject = "" if step.actor is None else f"{'ABCDEFGH'[step.actor]} "
    under = " under a lock id that has ended" if step.names_ended else ""
    after = " upon an older version" if step.names_older else ""
    by = {STALLED: ", by a function that had stalled", -SKEW: ", by a clock that is slow"}.get(step.clock, "")
    return f"{subject}{step.deed}{under}{after}{by}"
