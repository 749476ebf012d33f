"""A fake of API Gateway's management API on a real socket, with scripted reactions.

In a thread of a test (`FakeManagementApi`), or as a process of its own for benchmarks (`process`).
"""

from tests.fake_management_api.server import (
    RESET,
    STALL,
    STALL_IN_BODY,
    Behaviour,
    FakeManagementApi,
    Reaction,
    accept_all,
)

__all__ = ["RESET", "STALL", "STALL_IN_BODY", "Behaviour", "FakeManagementApi", "Reaction", "accept_all"]
