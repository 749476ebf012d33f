"""One function per use case of connections, presence and pointers."""

from chalicelib.realtime.service.connections import connect, issue_ticket, issue_visitor_ticket, new_ticket
from chalicelib.realtime.service.leaving import end_if_gone
from chalicelib.realtime.service.telling import close, end, end_member, settle, tell

__all__ = [
    "close",
    "connect",
    "end",
    "end_if_gone",
    "end_member",
    "issue_ticket",
    "issue_visitor_ticket",
    "new_ticket",
    "settle",
    "tell",
]
