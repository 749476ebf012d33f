"""The fixtures of the feature tests."""

from tests.feature.conftest import (
    alice,
    appointment,
    aws,
    bob,
    fanout,
    historian,
    other,
    patient,
    practice,
    stream,
    timers,
)

__all__ = [
    "alice",
    "appointment",
    "aws",
    "bob",
    "fanout",
    "historian",
    "other",
    "patient",
    "practice",
    "stream",
    "timers",
]
