"""The nouns of the history, and the pure rules by which it follows from the changes of locks."""

from chalicelib.audit.model.entry import (
    SYSTEM,
    Action,
    Ending,
    HistoryEntry,
    HistoryPage,
    How,
    Metadata,
    shown_id,
)
from chalicelib.audit.model.statistics import (
    ACTIONS,
    AN_ATTEMPT,
    COUNTERS,
    AppointmentStatistics,
    MemberStatistics,
    Statistics,
    Tally,
    figures,
    tally_of,
)
from chalicelib.audit.model.story import Inexplicable, entries_of

__all__ = [
    "ACTIONS",
    "AN_ATTEMPT",
    "COUNTERS",
    "SYSTEM",
    "Action",
    "AppointmentStatistics",
    "Ending",
    "HistoryEntry",
    "HistoryPage",
    "How",
    "Inexplicable",
    "MemberStatistics",
    "Metadata",
    "Statistics",
    "Tally",
    "entries_of",
    "figures",
    "shown_id",
    "tally_of",
]
