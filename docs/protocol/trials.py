"""The design with a condition left out, and the promises that are then broken: what each is there for."""

from dataclasses import dataclass, replace

from docs.protocol.guards import DESIGN, Guards
from docs.protocol.promises import EVERY_LEASE_ENDS


@dataclass(frozen=True, slots=True)
class Trial:
    """`breaks` are all the promises that break, and none besides, with any number of clients from two."""

    title: str
    guards: Guards
    breaks: frozenset[str]


def _without(*conditions: str) -> Guards:
    return replace(DESIGN, **dict.fromkeys(conditions, False))


def _trial(title: str, guards: Guards, *breaks: str) -> Trial:
    return Trial(title, guards, frozenset(breaks))


PRESENT, UNDISTURBED = "saves under present lock", "holder is undisturbed"
UNSEEN, OTHERS_UNSEEN = "overwrites nothing unseen", "overwrites nobody unseen"
ONE_HOLDER, RIGHTFULLY, RENEWAL = "one holder", "ends rightfully", "lasts by renewal alone"
VERSION, COMMANDS = "version grows", "commands hit what was seen"

# A lock id that two know is as good as none.
SHARED_ID = (ONE_HOLDER, PRESENT, UNDISTURBED, RIGHTFULLY, RENEWAL)

TRIALS = (
    _trial("the save is not fenced", _without("save_is_fenced"), PRESENT, UNDISTURBED),
    _trial("the save names no version", _without("save_names_version"), UNSEEN, OTHERS_UNSEEN),
    _trial(
        "the save is not fenced and names no version",
        _without("save_is_fenced", "save_names_version"),
        PRESENT,
        UNDISTURBED,
        UNSEEN,
        OTHERS_UNSEEN,
    ),
    _trial("the fence asks for any lock of the sender's", _without("save_names_lock_id"), PRESENT),
    _trial("renew names no lock id", _without("renew_names_lock_id"), RENEWAL),
    _trial("release names no lock id", _without("release_names_lock_id"), RIGHTFULLY),
    _trial("grant names no lock id", _without("grant_names_lock_id"), RIGHTFULLY),
    _trial("acquire does not wait for the deadline", _without("acquire_waits_for_deadline"), RIGHTFULLY),
    _trial("create does not ask for absence", _without("create_needs_absence"), RIGHTFULLY),
    _trial("takeover gives no new lock id", _without("takeover_gives_new_id"), *SHARED_ID),
    _trial("grant gives no new lock id", _without("grant_gives_new_id"), *SHARED_ID),
    _trial("takeover names no version", _without("command_names_version"), COMMANDS),
    _trial("expire does not look at the deadline", _without("announcement_looks_at_deadline"), RIGHTFULLY),
    _trial("expire names no version", _without("announcement_names_version"), RIGHTFULLY),
    _trial("disconnect does not raise the version", _without("disconnect_raises_version"), VERSION),
    _trial("a new item's version starts at 0", _without("version_starts_at_clock"), VERSION),
    _trial(
        "nothing ends a lease but its holder",
        _without("ends_by_announcement", "ends_by_acquiring", "ends_by_removal"),
        EVERY_LEASE_ENDS,
    ),
)

# Each of the three ways in which a lease ends is enough.
BACKSTOPS = (
    _trial("announcement alone", _without("ends_by_acquiring", "ends_by_removal")),
    _trial("acquire alone", _without("ends_by_announcement", "ends_by_removal")),
    _trial("TTL alone", _without("ends_by_announcement", "ends_by_acquiring")),
)
