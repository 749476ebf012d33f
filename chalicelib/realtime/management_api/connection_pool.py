"""Keep-alive connections to one HTTP server."""

import time
from collections import deque

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import create_urllib3_context

# NAT gateways drop an idle connection silently after 350 seconds. By the wall clock, since the monotonic one may
# stand still while a function is frozen.
_KEEPALIVE_EXPIRY_SECONDS = 300


class ConnectionPool:
    """Idle connections, shared by all threads.

    No more than were in use at once; the last is reused first.
    """

    def __init__(self, host: str, port: int | None, ca_bundle: str | None) -> None:
        self._host = host
        self._port = port
        self._idle: deque[tuple[HTTPConnection, float]] = deque()
        self._tls = create_urllib3_context() if ca_bundle else None
        if self._tls:
            self._tls.load_verify_locations(ca_bundle)

    def acquire(self, *, needs_new_socket: bool) -> HTTPConnection:
        """Return a connection.

        It is open if an idle one is in good state, else yet to be opened.
        """
        try:
            connection, idle_since = self._idle.pop()
        except IndexError:
            if self._tls is None:
                return HTTPConnection(self._host, self._port)
            return HTTPSConnection(self._host, self._port, cert_reqs="CERT_REQUIRED", ssl_context=self._tls)
        is_expired = time.time() - idle_since > _KEEPALIVE_EXPIRY_SECONDS
        if needs_new_socket or is_expired or not connection.is_connected:
            connection.close()
        return connection

    def release(self, connection: HTTPConnection) -> None:
        """Take back a connection that is closed, or has read its whole response."""
        self._idle.append((connection, time.time()))

    def close(self) -> None:
        """Close all idle connections."""
        while self._idle:
            self._idle.pop()[0].close()
