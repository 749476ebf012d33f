"""A request to one connection: when it is tried again, and how it ends."""

import random as dice
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from ssl import SSLError
from typing import NamedTuple, Protocol

DEFAULT_TIMEOUT_SECONDS = 10.0
# A response's names for a closed connection, and for an id that no connection will ever have.
_GONE_ERRORS = {"goneexception", "badrequestexception"}
_THROTTLING_ERRORS = {"limitexceededexception", "throttlingexception", "toomanyrequestsexception"}
# Throttled this often, for about five seconds, a client may be the only one with a full buffer.
_MIN_THROTTLED_WHEN_FULL = 8
_ONE_FULL_CLIENT_IN = 50


class DeliveryFailure(Enum):
    """Why a request to a connection did not succeed."""

    GONE = "gone"  # closed: forget this connection
    UNRESPONSIVE = "unresponsive"  # open, but accepts nothing: close it
    UNREACHABLE = "unreachable"  # not reached before the deadline: try again later


Failures = dict[str, DeliveryFailure]


class ManagementApi(Protocol):
    """Sends frames to connections and closes them.

    Each call is one batch with one deadline.
    """

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Failures:
        """Send each connection id its frame (UTF-8). Returns the failures by id.

        A frame may arrive twice.
        """

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        """Close connections. Returns the ids that may still be open."""


class RetryPolicy(NamedTuple):
    """Limits of a process (`max_connections`) and of the attempts of one request."""

    max_connections: int = 64
    attempt_seconds: float = 3.0
    max_attempts: int = 3
    first_pause_seconds: float = 0.1
    max_pause_seconds: float = 2.0

    def pause_seconds(self, earlier_pauses: int, random: Callable[[], float] = dice.random) -> float:
        """Return the next pause: exponential backoff with full jitter.

        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        limit: float = min(self.first_pause_seconds * 2 ** min(earlier_pauses, 30), self.max_pause_seconds)
        return random() * limit


@dataclass(slots=True, eq=False)
class Delivery:
    """One request. `failure` is None once it succeeded.

    It is tried again after `retry_in` seconds, never if that is None.
    """

    method: str
    connection_id: str
    body: bytes
    policy: RetryPolicy
    failure: DeliveryFailure | None = DeliveryFailure.UNREACHABLE
    retry_in: float | None = None
    needs_new_socket: bool = False
    last_error: str = "deadline"  # never begun or cut off, unless an attempt failed otherwise
    throttled: int = 0
    pauses: int = 0
    failed_attempts: int = 0

    def on_response(self, status: int, error: str) -> None:
        """Note a response; `error` is AWS's name for it in lower case, or empty."""
        self.last_error = f"{status} {error}".rstrip()
        is_unknown = status == HTTPStatus.NOT_FOUND and self.method == "DELETE"
        if status < HTTPStatus.MULTIPLE_CHOICES:
            self.failure = None
        elif status == HTTPStatus.TOO_MANY_REQUESTS or error in _THROTTLING_ERRORS:
            self.throttled += 1
            self._retry_later()
        elif status == HTTPStatus.GONE or error in _GONE_ERRORS or is_unknown:
            self.failure = DeliveryFailure.GONE
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._fail_attempt()
        else:
            self.failure = DeliveryFailure.UNRESPONSIVE

    def on_error(self, error: Exception, *, was_open: bool, was_idle: bool) -> None:
        """Note a lost socket.

        An idle one of the pool, one opened for this request, or one that never opened.
        """
        self.last_error, self.needs_new_socket = type(error).__name__, True
        if was_idle and isinstance(error, ConnectionError | SSLError):
            self.retry_in = 0.0  # the server had closed it: nothing was tried yet
        elif was_open:
            self._fail_attempt()
        else:
            self._retry_later()  # the endpoint's fault, never the connection's

    def _fail_attempt(self) -> None:
        self.failure = DeliveryFailure.UNRESPONSIVE
        self.failed_attempts += 1
        if self.failed_attempts < self.policy.max_attempts:
            self._retry_later()

    def _retry_later(self) -> None:
        self.retry_in = self.policy.pause_seconds(self.pauses)
        self.pauses += 1


def classify_throttled(batch: Sequence[Delivery]) -> None:
    """Distinguish a full client buffer from account throttling.

    API Gateway returns 429 for both. A connection counts as full if hardly any other of its batch was throttled to
    the end. The close that follows settles it: if that is throttled too, it was the account.
    """
    unreachable = (each for each in batch if each.failure is DeliveryFailure.UNREACHABLE)
    full = [each for each in unreachable if each.throttled >= _MIN_THROTTLED_WHEN_FULL]
    if len(full) <= max(1, len(batch) // _ONE_FULL_CLIENT_IN):
        for each in full:
            each.failure = DeliveryFailure.UNRESPONSIVE


def count_errors(batch: Sequence[Delivery]) -> dict[str, int]:
    """Return how many deliveries failed by each error.

    A closed connection is no failure.
    """
    return dict(Counter(each.last_error for each in batch if each.failure not in (None, DeliveryFailure.GONE)))
