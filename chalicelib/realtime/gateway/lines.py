"""The lines to one server: kept while they are good, also from one call of a function to its next."""

import socket
import ssl
import time
from collections import deque
from collections.abc import Sequence
from functools import cached_property

from chalicelib.realtime.gateway.line import Address, Line

MOST_IDLE = 64
# A NAT gateway forgets a silent connection after 350 seconds and says nothing. By the calendar's clock, because
# another may stand still while a function is frozen.
_REST_SECONDS = 300


class Lines:
    """Opens lines, and keeps those that are given back; shared by all threads."""

    def __init__(self, host: str, port: int, ca_bundle: str | None) -> None:
        self._host = host
        self._port = port
        self._ca_bundle = ca_bundle
        self._idle: deque[Line] = deque()

    def take(self) -> Line | None:
        """A line that was given back, the latest first."""
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:  # another thread had it
                break
            if time.time() - line.rests_since < _REST_SECONDS:
                return line
            line.close()
        return None

    def give_back(self, line: Line) -> None:
        """Keep a line for the next that wants one."""
        line.rests_since = time.time()
        if len(self._idle) < MOST_IDLE:
            self._idle.append(line)
        else:
            line.close()

    def addresses(self) -> Sequence[Address]:
        """Where the server is now.

        Raises:
            OSError: its name is not known.
        """
        return socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)

    def new(self, address: Address) -> Line:
        """A line to be opened.

        Raises:
            OSError: this machine has no such sockets, or no more of them.
        """
        return Line(address, self._tls, self._host)

    def shut(self) -> None:
        """Close all that are idle."""
        while self._idle:
            self._idle.pop().close()

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        if self._ca_bundle is None:
            return None
        context = ssl.create_default_context(cafile=self._ca_bundle)
        context.set_alpn_protocols(["http/1.1"])
        return context
