"""A stand-in for API Gateway's management endpoint: it takes frames for connections, with all the moods of that.

In a thread of a test (`StandIn`), or as a process of its own whose work is not counted (`tests.standin.process`).
"""

from tests.fake_management_api.server import RESET, STALL, Manners, Mood, StandIn, polite

__all__ = ["RESET", "STALL", "Manners", "Mood", "StandIn", "polite"]
