"""API Gateway Management API: signed requests to many connections at once.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from heapq import heappop, heappush
from http.client import HTTPException
from queue import Empty, SimpleQueue
from urllib.parse import quote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError, NoRegionError
from botocore.httpsession import where
from botocore.session import Session
from urllib3.exceptions import HTTPError, ReadTimeoutError

from chalicelib.core.dynamodb.connection import connection as dynamodb
from chalicelib.core.logging import logger
from chalicelib.core.settings import settings
from chalicelib.realtime.management_api import delivery as outcomes
from chalicelib.realtime.management_api.connection_pool import ConnectionPool
from chalicelib.realtime.management_api.delivery import Delivery, DeliveryFailure, Failures, RetryPolicy

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
        self, texts: Mapping[str, bytes], timeout_seconds: float = outcomes.DEFAULT_TIMEOUT_SECONDS
    ) -> Failures:
        """See `ManagementApi.send`."""
        return self._request_all("POST", texts, timeout_seconds)

    def close(self, connection_ids: Iterable[str], timeout_seconds: float = _CLOSE_TIMEOUT_SECONDS) -> set[str]:
        """See `ManagementApi.close`."""
        failures = self._request_all("DELETE", dict.fromkeys(connection_ids, b""), timeout_seconds)
        return {each for each, failure in failures.items() if failure is not DeliveryFailure.GONE}

    def shut_down(self) -> None:
        """Stop the threads and close the idle sockets."""
        self._threads.shutdown()
        self._pool.close()

    def _request_all(self, method: str, texts: Mapping[str, bytes], timeout_seconds: float) -> Failures:
        batch = [Delivery(method, each, text, self._policy) for each, text in texts.items()]
        self._run(batch, self._signer(), time.monotonic() + timeout_seconds)
        outcomes.classify_throttled(batch)
        failures = {each.connection_id: failure for each in batch if (failure := each.failure)}
        if errors := outcomes.count_errors(batch):
            logger().warning("requests to connections failed", method=method, errors=errors)
        return failures

    def _signer(self) -> SigV4Auth:
        credentials = self._session.get_credentials()
        if credentials is None or not credentials.access_key:
            raise NoCredentialsError
        return SigV4Auth(credentials.get_frozen_credentials(), "execute-api", self._region)

    def _run(self, batch: Sequence[Delivery], signer: SigV4Auth, deadline: float) -> None:
        """Attempt deliveries side by side until the deadline.

        It ends as soon as each has its outcome. A delivery waiting for its next attempt occupies neither a thread
        nor a socket.
        """
        ready, in_flight, finished = deque(batch), 0, SimpleQueue[Future[Delivery]]()
        waiting: list[tuple[float, int, Delivery]] = []  # a heap by due time
        while (ready or waiting or in_flight) and (now := time.monotonic()) < deadline:
            while waiting and waiting[0][0] <= now:
                ready.append(heappop(waiting)[-1])
            while ready and in_flight < _MAX_IN_FLIGHT:
                self._threads.submit(self._attempt, ready.popleft(), signer, deadline).add_done_callback(
                    finished.put
                )
                in_flight += 1
            try:
                until = min(waiting[0][0], deadline) if waiting else deadline
                delivery = finished.get(timeout=until - now).result()
            except Empty:
                continue
            in_flight -= 1
            if delivery.retry_in is not None and (due := time.monotonic() + delivery.retry_in) < deadline:
                heappush(waiting, (due, id(delivery), delivery))

    def _attempt(self, delivery: Delivery, signer: SigV4Auth, deadline: float) -> Delivery:
        now, delivery.retry_in = time.monotonic(), None
        if now >= deadline:
            return delivery
        path = self._path + quote(delivery.connection_id, safe="~")
        signed = AWSRequest(delivery.method, self._origin + path, {"Host": self._host}, delivery.body)
        signer.add_auth(signed)
        ends_at = min(now + self._policy.attempt_seconds, deadline)
        connection = self._pool.acquire(needs_new_socket=delivery.needs_new_socket)
        was_idle = is_open = not connection.is_closed
        try:
            if not is_open:
                connection.timeout = ends_at - now
                connection.connect()
                is_open = True
            connection.timeout = max(ends_at - time.monotonic(), 0.001)
            connection.request(delivery.method, path, delivery.body, dict(signed.headers.items()))
            response = connection.getresponse()
        except (OSError, HTTPError, HTTPException) as error:
            connection.close()
            if ends_at < deadline or not isinstance(error, TimeoutError | ReadTimeoutError):
                delivery.on_error(error, was_open=is_open, was_idle=was_idle)
        else:
            # AWS may append a colon and an address to the name of the error.
            error_name = response.headers.get("x-amzn-errortype", "").partition(":")[0].lower()
            delivery.on_response(response.status, error_name)
        self._pool.release(connection)
        return delivery


@cache
def management_api() -> ManagementApiClient:
    """Return the client of this process."""
    return ManagementApiClient(settings().websocket_endpoint, dynamodb.session)
