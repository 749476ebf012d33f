"""The types of the history, and the pure rules that derive it."""

from chalicelib.audit.model.entry import (
    SYSTEM,
    Action,
    Ending,
    HistoryEntry,
    HistoryMetadata,
    HistoryPage,
    StartedBy,
    public_lease_id,
)
from chalicelib.audit.model.history_projection import UnexpectedTransition, entries_for_change
from chalicelib.audit.model.statistics import (
    ACTIONS,
    COUNTER_NAMES,
    ONE_ATTEMPT,
    AppointmentStatistics,
    Counters,
    MemberStatistics,
    Statistics,
    count_entries,
    to_statistics,
)

__all__ = [
    "ACTIONS",
    "COUNTER_NAMES",
    "ONE_ATTEMPT",
    "SYSTEM",
    "Action",
    "AppointmentStatistics",
    "Counters",
    "Ending",
    "HistoryEntry",
    "HistoryMetadata",
    "HistoryPage",
    "MemberStatistics",
    "StartedBy",
    "Statistics",
    "UnexpectedTransition",
    "count_entries",
    "entries_for_change",
    "public_lease_id",
    "to_statistics",
]
