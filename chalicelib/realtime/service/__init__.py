"""One function per use case of connections, presence and pointers."""

from chalicelib.realtime.service.connections import connect, issue_ticket
from chalicelib.realtime.service.leaving import end_if_abandoned
from chalicelib.realtime.service.telling import close, end, end_member, settle, tell

__all__ = [
    "close",
    "connect",
    "end",
    "end_if_abandoned",
    "end_member",
    "issue_ticket",
    "settle",
    "tell",
]
