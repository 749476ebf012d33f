"""The invariants of every step, derived from the event, not its preconditions."""

from collections.abc import Callable

from docs.spec.clients import only_holder_has_id
from docs.spec.state import SKEW, State, Step

# Takes the state before a step, and the step.
Invariant = Callable[[State, Step], bool]

_OVERRIDES = frozenset({"takes over", "force-releases"})
_HOLDER_ENDINGS = frozenset({"releases", "grants", "acquires"})


def version_grows(before: State, step: Step) -> bool:
    """Require that the fencing version rises with every change of the lock."""
    after = step.after
    if after.version > before.version:
        return True
    is_change = (
        after.has_item and step.action != "time passes" and (step.starts_lease or _lock(before) != _lock(after))
    )
    return after.version == before.version and not is_change


def _lock(state: State) -> tuple[object, ...]:
    return state.has_item, state.holder, state.remaining, state.restored, state.waitlist


def saves_under_current_lock(before: State, step: Step) -> bool:
    """Require that an accepted save comes from the holder, with the current lock id."""
    return before.holder == step.actor and not step.uses_old_id


def no_interleaved_save(before: State, step: Step) -> bool:
    """Require that between a lease's start and its saves no other client saves."""
    return before.holder != step.actor or not before.interleaved


def no_unread_overwrite(_: State, step: Step) -> bool:
    """Require that a save replaces exactly the revision that it is based on."""
    return not step.uses_old_version


def no_unread_overwrite_of_others(_: State, step: Step) -> bool:
    """Require the same for other clients' revisions alone, the most harmful case."""
    return not step.overwrites_others


def one_holder(_: State, step: Step) -> bool:
    """Require that only the holder has the lock id that the fence accepts."""
    return only_holder_has_id(step.after.clients)


def legitimate_end(before: State, step: Step) -> bool:
    """Require that only the holder, an admin, a request or the deadline ends a lease."""
    holder, after = before.holder, step.after
    if holder is None or (after.holder == holder and not step.starts_lease):
        return True
    if step.actor == holder:
        return step.action in _HOLDER_ENDINGS and not step.uses_old_id
    by_request = step.action == "the unanswered request is granted" and bool(before.waitlist)
    return step.action in _OVERRIDES or by_request or before.remaining < SKEW


def extended_only_by_renewal(before: State, step: Step) -> bool:
    """Require that only a renewal by the holder extends the deadline."""
    holder, after = before.holder, step.after
    is_same_lease = holder is not None and after.holder == holder and not step.starts_lease
    if not is_same_lease or _last_deadline(after) <= _last_deadline(before):
        return True
    return step.action == "renews" and step.actor == holder and not step.uses_old_id


def _last_deadline(state: State) -> int:
    return state.remaining if state.restored is None else max(state.remaining, state.restored)


def override_matches_read_version(_: State, step: Step) -> bool:
    """Require that an override applies only to the version that the admin has read."""
    return step.action not in _OVERRIDES or not step.uses_old_version


def _named(*invariants: Invariant) -> dict[str, Invariant]:
    return {invariant.__name__.replace("_", " "): invariant for invariant in invariants}


STEP_INVARIANTS = _named(
    version_grows, one_holder, legitimate_end, extended_only_by_renewal, override_matches_read_version
)
SAVE_INVARIANTS = _named(
    saves_under_current_lock, no_interleaved_save, no_unread_overwrite, no_unread_overwrite_of_others
)
INVARIANTS = {**STEP_INVARIANTS, **SAVE_INVARIANTS}
EVERY_LEASE_ENDS = "every lease ends"  # a property of the whole graph, checked by the search


def invariants_of(step: Step) -> dict[str, Invariant]:
    """Return the invariants that this kind of step could violate."""
    return INVARIANTS if step.action == "saves" else STEP_INVARIANTS
