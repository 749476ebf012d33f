"""Something to be told to a connection, and what becomes of it."""

import random
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import NamedTuple

from chalicelib.realtime.gateway.fate import Fate
from chalicelib.realtime.gateway.line import Answer

_GONE = HTTPStatus.GONE.value
_TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS.value
_THROTTLED = frozenset({"limitexceededexception", "throttlingexception", "toomanyrequestsexception"})
_FAILURES, _REFUSALS = 500, 300
# At most one in so many has a fault of its own where several are throttled; one may always have.
_SHARE_OF_FULL = 50
# So often a connection is throttled before it counts as full: some five seconds.
_FULL_AFTER = 8


class Habits(NamedTuple):
    """How much is done at once, and how patiently."""

    side_by_side: int = 64
    attempt_seconds: float = 3.0
    tries: int = 3
    first_pause_seconds: float = 0.1
    longest_pause_seconds: float = 2.0

    def pause_seconds(self, before: int, dice: Callable[[], float] = random.random) -> float:
        """How long to wait after so many pauses before: anything up to a limit that doubles ("full jitter").

        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        longest: float = min(self.first_pause_seconds * 2 ** min(before, 30), self.longest_pause_seconds)
        return dice() * longest


USUAL = Habits()


class Errand:
    """One connection's text. `fate` is None once it was taken; `trouble` says what last went wrong."""

    __slots__ = (
        "connection_id",
        "failures",
        "fate",
        "pauses",
        "text",
        "throttled",
        "trouble",
        "wants_new_line",
    )

    def __init__(self, connection_id: str, text: bytes) -> None:
        self.connection_id = connection_id
        self.text = text
        self.fate: Fate | None = Fate.CUT_OFF
        self.trouble = ""
        self.pauses = 0
        self.failures = 0
        self.throttled = 0
        self.wants_new_line = False

    def hears(self, answer: Answer, habits: Habits) -> bool:
        """Take note of an answer; whether to try again after a pause."""
        if answer.status < _REFUSALS:
            self.fate = None
            return False
        if answer.status == _GONE or answer.error == "goneexception":
            self.fate = Fate.GONE
            return False
        self.trouble = f"{answer.status} {answer.error}".rstrip()
        if answer.status == _TOO_MANY or answer.error in _THROTTLED:
            self.throttled += 1
            return True
        if answer.status >= _FAILURES:
            return self.fails(habits)
        self.fate = Fate.DEAF
        return False

    def fails(self, habits: Habits) -> bool:
        """Take note of a failure that may be the connection's own; whether to try again after a pause."""
        self.fate = Fate.DEAF
        self.failures += 1
        return self.failures < habits.tries


def find_full(errands: Sequence[Errand]) -> None:
    """Tell the connections that are full from those whose way is: API Gateway throttles a connection whose client
    does not read what it was sent, as it throttles an account.

    It is the connection if hardly any other of the round was refused again and again. Whoever closes it then finds
    out: if it cannot be closed either, it was the way.
    """
    full = [errand for errand in errands if errand.fate is Fate.CUT_OFF and errand.throttled >= _FULL_AFTER]
    if len(full) <= max(1, len(errands) // _SHARE_OF_FULL):
        for errand in full:
            errand.fate = Fate.DEAF
