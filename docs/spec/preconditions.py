"""The preconditions of the design's writes.

A mutation leaves some out, to show their purpose.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preconditions:
    """All true: the protocol as it is built."""

    save_is_fenced: bool = True  # a save needs a lock
    save_checks_lock_id: bool = True  # this lock, not just any lock of the sender
    save_checks_version: bool = True
    renew_checks_lock_id: bool = True
    release_checks_lock_id: bool = True
    grant_checks_lock_id: bool = True
    acquire_checks_deadline: bool = True
    create_checks_absence: bool = True
    takeover_issues_new_id: bool = True
    grant_issues_new_id: bool = True
    override_checks_version: bool = True
    expiry_checks_deadline: bool = True
    expiry_checks_version: bool = True
    disconnect_raises_version: bool = True
    version_starts_at_clock: bool = True
    # Not preconditions, but the three ways in which a lease ends without its holder.
    ends_by_timer: bool = True
    ends_by_acquire: bool = True
    ends_by_ttl: bool = True


DESIGN = Preconditions()
