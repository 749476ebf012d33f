"""API Gateway Management API: signed requests to many connections at once.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from heapq import heappop, heappush
from http.client import HTTPException
from queue import Empty, SimpleQueue
from urllib.parse import quote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError, NoRegionError
from botocore.httpsession import where
from botocore.session import Session
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from chalicelib.core.dynamodb.connection import connection as dynamodb
from chalicelib.core.logging import logger
from chalicelib.core.settings import settings
from chalicelib.realtime.management_api.connection_pool import ConnectionPool
from chalicelib.realtime.management_api.delivery import (
    DEFAULT_TIMEOUT_SECONDS,
    Delivery,
    DeliveryFailure,
    RetryPolicy,
    classify_throttled,
)

_CLOSE_TIMEOUT_SECONDS = 5.0
# Of one batch; half of them queue for a thread, so that none is idle and another batch's requests come in between.
_MAX_IN_FLIGHT = 128


class ManagementApiClient:
    """A `ManagementApi` that many threads may use at once.

    Region, credentials and certificates are those of the botocore session. All batches share `max_connections`
    threads, each with at most one socket.
    """

    def __init__(self, endpoint: str, session: Session, policy: RetryPolicy = RetryPolicy()) -> None:  # noqa: B008
        url, self._region = urlsplit(endpoint), session.get_config_variable("region")
        if not self._region:
            raise NoRegionError
        ca_bundle = (session.get_config_variable("ca_bundle") or where()) if url.scheme == "https" else None
        self._origin, self._host = f"{url.scheme}://{url.netloc}", url.netloc
        self._path = f"{url.path.rstrip('/')}/@connections/"
        self._session = session
        self._policy = policy
        self._pool = ConnectionPool(url.hostname or "", url.port, ca_bundle)
        self._threads = ThreadPoolExecutor(policy.max_connections, "management-api")

    def send(
        self, texts: Mapping[str, bytes], timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> dict[str, DeliveryFailure]:
        """See `ManagementApi.send`."""
        return self._run("POST", texts, timeout_seconds)

    def close(self, connection_ids: Iterable[str], timeout_seconds: float = _CLOSE_TIMEOUT_SECONDS) -> set[str]:
        """See `ManagementApi.close`."""
        failures = self._run("DELETE", dict.fromkeys(connection_ids, b""), timeout_seconds)
        return {each for each, failure in failures.items() if failure is not DeliveryFailure.GONE}

    def shut_down(self) -> None:
        """Stop the threads and close the idle sockets."""
        self._threads.shutdown()
        self._pool.close()

    def _run(self, method: str, texts: Mapping[str, bytes], timeout_seconds: float) -> dict[str, DeliveryFailure]:
        batch = [Delivery(method, each, text, self._policy) for each, text in texts.items()]
        deadline = time.monotonic() + timeout_seconds
        signer = SigV4Auth(self._credentials(), "execute-api", self._region)
        _run_side_by_side(batch, partial(self._attempt, signer, deadline), self._threads, deadline)
        classify_throttled(batch)
        failures = {each.connection_id: failure for each in batch if (failure := each.failure)}
        errors = Counter(each.last_error for each in batch if each.failure not in (None, DeliveryFailure.GONE))
        if errors:
            logger().warning("requests to connections failed", method=method, errors=dict(errors))
        return failures

    def _credentials(self) -> ReadOnlyCredentials:
        credentials = self._session.get_credentials()
        frozen = credentials.get_frozen_credentials() if credentials else None
        if not (frozen and frozen.access_key and frozen.secret_key):
            raise NoCredentialsError
        return frozen

    def _attempt(self, signer: SigV4Auth, deadline: float, delivery: Delivery) -> Delivery:
        now, delivery.retry_in = time.monotonic(), None
        if now >= deadline:
            return delivery
        ends_at = min(now + self._policy.attempt_seconds, deadline)
        connection = self._pool.acquire(needs_new_socket=delivery.needs_new_socket)
        was_idle = is_open = not connection.is_closed
        try:
            if not is_open:
                connection.timeout = ends_at - now
                connection.connect()
                is_open = True
            status, error_name = self._exchange(connection, signer, delivery, ends_at)
        except (OSError, HTTPError, HTTPException) as error:
            connection.close()
            if ends_at < deadline or not isinstance(error, TimeoutError):
                delivery.on_error(error, was_open=is_open, was_idle=was_idle)
        else:
            delivery.on_response(status, error_name)
        self._pool.release(connection)
        return delivery

    def _exchange(
        self, connection: HTTPConnection, signer: SigV4Auth, delivery: Delivery, ends_at: float
    ) -> tuple[int, str]:
        path = self._path + quote(delivery.connection_id, safe="~")
        signed = AWSRequest(delivery.method, self._origin + path, {"Host": self._host}, delivery.body)
        signer.add_auth(signed)
        connection.timeout = max(ends_at - time.monotonic(), 0.001)
        connection.request(delivery.method, path, delivery.body, dict(signed.headers.items()))
        response = connection.getresponse()
        # AWS may append a colon and an address to the name of the error.
        return response.status, response.headers.get("x-amzn-errortype", "").partition(":")[0].lower()


def _run_side_by_side(
    batch: Sequence[Delivery],
    attempt: Callable[[Delivery], Delivery],
    threads: ThreadPoolExecutor,
    deadline: float,
) -> None:
    """Attempt deliveries until each has its outcome or the deadline has passed.

    A delivery that waits for its next attempt occupies neither a thread nor a socket.
    """
    ready, in_flight, finished = deque(batch), 0, SimpleQueue[Future[Delivery]]()
    waiting: list[tuple[float, int, Delivery]] = []  # a heap by due time
    while (ready or waiting or in_flight) and (now := time.monotonic()) < deadline:
        while waiting and waiting[0][0] <= now:
            ready.append(heappop(waiting)[-1])
        while ready and in_flight < _MAX_IN_FLIGHT:
            threads.submit(attempt, ready.popleft()).add_done_callback(finished.put)
            in_flight += 1
        try:
            until = min(waiting[0][0], deadline) if waiting else deadline
            delivery = finished.get(timeout=until - now).result()
        except Empty:
            continue
        in_flight -= 1
        if delivery.retry_in is not None and (due := time.monotonic() + delivery.retry_in) < deadline:
            heappush(waiting, (due, id(delivery), delivery))


@cache
def management_api() -> ManagementApiClient:
    """Return the client of this process."""
    return ManagementApiClient(settings().websocket_endpoint, dynamodb.session)
