"""What must be true of every step, told from what happened and not from the conditions that let it happen."""

from collections.abc import Callable

from docs.protocol.clients import is_known_to_holder_alone
from docs.protocol.state import SKEW, State, Step

# Told the state before a step, and the step.
Promise = Callable[[State, Step], bool]

_COMMANDS = frozenset({"takes over", "force-releases"})
_OWN_DEEDS = frozenset({"releases", "grants", "acquires"})


def version_grows(before: State, step: Step) -> bool:
    """The fencing version rises with every change of the lock, also over the removal of its item."""
    after = step.after
    if after.version > before.version:
        return True
    is_change = after.is_there and step.deed != "time passes" and (step.begins or _lock(before) != _lock(after))
    return after.version == before.version and not is_change


def _lock(state: State) -> tuple[object, ...]:
    return state.is_there, state.holder, state.left, state.back, state.line


def saves_under_present_lock(before: State, step: Step) -> bool:
    """An accepted save names the lock that is in the item at that instant, and it is its sender's."""
    return before.holder == step.actor and not step.names_ended


def holder_is_undisturbed(before: State, step: Step) -> bool:
    """No lost update: between a lock's grant and a save under it, nobody else's save was accepted."""
    return before.holder != step.actor or not before.disturbed


def overwrites_nothing_unseen(_: State, step: Step) -> bool:
    """No lost update: a save replaces the very revision that it was written on."""
    return not step.names_older


def one_holder(_: State, step: Step) -> bool:
    """At most one client was given the lock id that the fence accepts, and it is the holder."""
    return is_known_to_holder_alone(step.after.clients)


def ends_rightfully(before: State, step: Step) -> bool:
    """A hold ends by its holder's word for this very lock, an admin's, a request's, or at its deadline."""
    holder, after = before.holder, step.after
    if holder is None or (after.holder == holder and not step.begins):
        return True
    if step.actor == holder:
        return step.deed in _OWN_DEEDS and not step.names_ended
    by_request = step.deed == "the request is granted unanswered" and bool(before.line)
    return step.deed in _COMMANDS or by_request or before.left < SKEW


def lasts_by_renewal_alone(before: State, step: Step) -> bool:
    """The deadline is put off only by the holder, renewing this very lock."""
    holder, after = before.holder, step.after
    if _last_deadline(after) <= _last_deadline(before) or step.begins or holder is None or after.holder != holder:
        return True
    return step.deed == "renews" and step.actor == holder and not step.names_ended


def _last_deadline(state: State) -> int:
    return state.left if state.back is None else max(state.left, state.back)


def commands_hit_what_was_seen(_: State, step: Step) -> bool:
    """An admin takes or frees the lock only as it stood when they looked."""
    return step.deed not in _COMMANDS or not step.names_older


def overwrites_nobody_unseen(_: State, step: Step) -> bool:
    """The same of other people's revisions alone: what hurts most."""
    return not step.overwrites_others


def _named(*promises: Promise) -> dict[str, Promise]:
    return {promise.__name__.replace("_", " "): promise for promise in promises}


OF_EVERY_STEP = _named(
    version_grows, one_holder, ends_rightfully, lasts_by_renewal_alone, commands_hit_what_was_seen
)
OF_SAVES = _named(
    saves_under_present_lock, holder_is_undisturbed, overwrites_nothing_unseen, overwrites_nobody_unseen
)
PROMISES = {**OF_EVERY_STEP, **OF_SAVES}
EVERY_LEASE_ENDS = "every lease ends"  # is said of the whole graph, and checked by the search


def promises_of(step: Step) -> dict[str, Promise]:
    """Those that such a step could break."""
    return PROMISES if step.deed == "saves" else OF_EVERY_STEP
