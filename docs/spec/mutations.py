"""Mutations of the design without some preconditions, and what they violate."""

from dataclasses import dataclass, replace

from docs.spec.invariants import EVERY_LEASE_ENDS
from docs.spec.preconditions import DESIGN, Preconditions


@dataclass(frozen=True, slots=True)
class Mutation:
    """A design without some preconditions; `violates` lists the broken invariants."""

    title: str
    preconditions: Preconditions
    violates: frozenset[str]


def _without(*names: str) -> Preconditions:
    return replace(DESIGN, **dict.fromkeys(names, False))


def _mutation(title: str, preconditions: Preconditions, *violates: str) -> Mutation:
    return Mutation(title, preconditions, frozenset(violates))


CURRENT_LOCK, INTERLEAVED = "saves under current lock", "no interleaved save"
OVERWRITE, OVERWRITE_OF_OTHERS = "no unread overwrite", "no unread overwrite of others"
ONE_HOLDER, LEGITIMATE, RENEWAL = "one holder", "legitimate end", "extended only by renewal"
VERSION, OVERRIDE = "version grows", "override matches read version"

# A lock id that two clients have protects nothing.
SHARED_ID = (ONE_HOLDER, CURRENT_LOCK, INTERLEAVED, LEGITIMATE, RENEWAL)

MUTATIONS = (
    _mutation("save without fence", _without("save_is_fenced"), CURRENT_LOCK, INTERLEAVED),
    _mutation("save without version check", _without("save_checks_version"), OVERWRITE, OVERWRITE_OF_OTHERS),
    _mutation(
        "save without fence and version check",
        _without("save_is_fenced", "save_checks_version"),
        CURRENT_LOCK,
        INTERLEAVED,
        OVERWRITE,
        OVERWRITE_OF_OTHERS,
    ),
    _mutation("fence accepts any lock of the sender", _without("save_checks_lock_id"), CURRENT_LOCK),
    _mutation("renew without lock id", _without("renew_checks_lock_id"), RENEWAL),
    _mutation("release without lock id", _without("release_checks_lock_id"), LEGITIMATE),
    _mutation("grant without lock id", _without("grant_checks_lock_id"), LEGITIMATE),
    _mutation("acquire before the deadline", _without("acquire_checks_deadline"), LEGITIMATE),
    _mutation("create over an item", _without("create_checks_absence"), LEGITIMATE),
    _mutation("takeover keeps the lock id", _without("takeover_issues_new_id"), *SHARED_ID),
    _mutation("grant keeps the lock id", _without("grant_issues_new_id"), *SHARED_ID),
    _mutation("override without version check", _without("override_checks_version"), OVERRIDE),
    _mutation("expire before the deadline", _without("expiry_checks_deadline"), LEGITIMATE),
    _mutation("expire without version check", _without("expiry_checks_version"), LEGITIMATE),
    _mutation("disconnect keeps the version", _without("disconnect_raises_version"), VERSION),
    _mutation("new item starts at version 0", _without("version_starts_at_clock"), VERSION),
    _mutation(
        "only the holder ends a lease",
        _without("ends_by_timer", "ends_by_acquire", "ends_by_ttl"),
        EVERY_LEASE_ENDS,
    ),
)

# Each of the three ways in which a lease ends is sufficient alone.
SINGLE_ENDINGS = (
    _mutation("leases end by timer alone", _without("ends_by_acquire", "ends_by_ttl")),
    _mutation("leases end by acquire alone", _without("ends_by_timer", "ends_by_ttl")),
    _mutation("leases end by TTL alone", _without("ends_by_timer", "ends_by_acquire")),
)
