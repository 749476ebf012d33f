"""What a client sends, and what comes back."""

from chalicelib.realtime.dialogue.receiving import receive

__all__ = ["receive"]
