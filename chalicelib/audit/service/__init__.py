"""One function per use case of the history: writing it from the stream, and reading it."""

from chalicelib.audit.service.keeping import follow
from chalicelib.audit.service.reading import (
    appointment_history,
    appointment_statistics,
    member_history,
    member_statistics,
    recent,
)

__all__ = [
    "appointment_history",
    "appointment_statistics",
    "follow",
    "member_history",
    "member_statistics",
    "recent",
]
