"""What a client does for itself: open the appointment, take the lock, keep it, save, give it back.

A request is not sent and then delivered: whatever its sender was ever told it may send at any time, so each is
simply delivered, at any time and any number of times. Refused ones change nothing and are left out.
"""

from collections.abc import Iterator

from docs.protocol.clients import SAVED_OVER_BY_OTHERS, Line, having_opened
from docs.protocol.guards import Guards
from docs.protocol.state import LEASE, SKEW, State, Step, latest_clock
from docs.protocol.writing import freed, held, saved, written


def open_appointment(state: State, actor: int, _: Guards) -> Iterator[Step]:
    """Read the appointment as it is. What was read before may still be on its way in a save."""
    if not state.clients[actor].fresh:
        yield Step("opens the appointment", actor, state._replace(clients=having_opened(state.clients, actor)))


def acquire(state: State, actor: int, guards: Guards) -> Iterator[Step]:
    """Take a lock that is free, expired, or one's own. The clock furthest ahead takes most, and for longest."""
    if not state.is_there:
        step = _begin("acquires without an item", state, actor)
        was_locked = any(client.ended for client in state.clients)
        if was_locked and not guards.version_starts_at_clock:
            step = step._replace(after=step.after._replace(version=state.version - 1))
        yield step
        return
    if _may_take(state, actor, guards):
        for line in _lines_led_by(state, actor):
            yield _begin("acquires", state, actor, line)
    if not guards.create_needs_absence:
        yield _begin("acquires without an item", state, actor)


def _begin(deed: str, state: State, actor: int, line: Line | None = None) -> Step:
    return Step(deed, actor, held(state, actor, SKEW + LEASE, line=line), SKEW, begins=True)


def _may_take(state: State, actor: int, guards: Guards) -> bool:
    if state.holder in (None, actor):
        return True
    return guards.ends_by_acquiring and (state.left < SKEW or not guards.acquire_waits_for_deadline)


def _lines_led_by(state: State, actor: int) -> Iterator[Line]:
    """The line without those whose turn went by unused, if nobody then comes before the actor."""
    for passed in range(len(state.line) + 1):
        rest = state.line[passed:]
        if state.holder == actor or not rest or rest[0] == actor:
            yield rest
        if state.holder == actor:
            return


def renew(state: State, actor: int, guards: Guards) -> Iterator[Step]:
    """Begin a new lease under a lock id that the client was given."""
    clock = latest_clock(state.left)
    for names_ended in _lock_ids(state, actor, is_checked=guards.renew_names_lock_id):
        left = max(clock + LEASE, state.left)
        after = written(state, state.clients, left=left, disturbed=state.disturbed)
        yield Step("renews", actor, after, clock, names_ended)


def release(state: State, actor: int, guards: Guards) -> Iterator[Step]:
    """Free the lock, also after its deadline."""
    for names_ended in _lock_ids(state, actor, is_checked=guards.release_names_lock_id):
        yield Step("releases", actor, freed(state), names_ended=names_ended)


def _lock_ids(state: State, actor: int, *, is_checked: bool) -> Iterator[bool]:
    """The lock ids that the client can name with success; whether each is an ended one."""
    client = state.clients[actor]
    if state.holder is None:
        return
    if client.knows:
        yield False
    if client.ended and not is_checked:
        yield True


def save(state: State, actor: int, guards: Guards) -> Iterator[Step]:
    """Write the next revision, from what was read under any lock that the client was given."""
    client = state.clients[actor]
    for names_ended in (False, True):
        was_given = client.ended if names_ended else client.knows
        if not was_given or not _fence_holds(state, actor, names_ended, guards):
            continue
        if client.fresh:
            yield Step("saves", actor, saved(state, actor), names_ended=names_ended)
        if client.stale and not guards.save_names_version:
            others = client.stale == SAVED_OVER_BY_OTHERS
            yield Step("saves", actor, saved(state, actor), 0, names_ended, True, others)  # noqa: FBT003 - as declared


def _fence_holds(state: State, actor: int, names_ended: bool, guards: Guards) -> bool:  # noqa: FBT001
    if not guards.save_is_fenced:
        return True
    # No clock is needed: the sender may have stalled since it looked at its own.
    if state.holder is None or not guards.save_names_lock_id:
        return state.clients[actor].holds
    return not names_ended
