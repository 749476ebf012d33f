"""The conditions that the design's writes carry. Each can be left out, to see what it is there for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guards:
    """All true: the protocol as it is built."""

    save_is_fenced: bool = True  # a save needs a lock at all
    save_names_lock_id: bool = True  # that very lock, not only any lock of the sender's
    save_names_version: bool = True
    renew_names_lock_id: bool = True
    release_names_lock_id: bool = True
    grant_names_lock_id: bool = True
    acquire_waits_for_deadline: bool = True
    create_needs_absence: bool = True
    takeover_gives_new_id: bool = True
    grant_gives_new_id: bool = True
    command_names_version: bool = True
    announcement_looks_at_deadline: bool = True
    announcement_names_version: bool = True
    disconnect_raises_version: bool = True
    version_starts_at_clock: bool = True
    # Not conditions, but the three ways in which a lease ends without its holder.
    ends_by_announcement: bool = True
    ends_by_acquiring: bool = True
    ends_by_removal: bool = True


DESIGN = Guards()
