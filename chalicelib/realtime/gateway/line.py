"""One keep-alive connection to an HTTP/1.1 server, driven by whoever watches its socket."""

import re
import socket
import ssl
from collections.abc import Generator
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any, NamedTuple

# What a socket is waited for (EVENT_READ or EVENT_WRITE), and at last what came.
Exchange = Generator[int, None, "Answer"]
# As `socket.getaddrinfo` has it: family, kind, protocol, canonical name, address.
Address = tuple[int, int, int, str, Any]

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\n(?i:content-length):[ \t]*([0-9]+)[ \t]*\r")
_CLOSE = re.compile(rb"\r\n(?i:connection):[ \t]*(?i:close)")
# AWS may put the name of the error before a colon and an address.
_ERROR = re.compile(rb"\r\n(?i:x-amzn-errortype):[ \t]*([^:\r]*)")
_MOST_HEAD_BYTES = 65_536
_PART_BYTES = 4_096
_NO_CONTENT = 204
_REFUSALS = 300


class Answer(NamedTuple):
    """What the server said: status, AWS's name of the error in small letters or "", and if the line stays good."""

    status: int
    error: str
    keeps: bool


# What nearly every frame is answered with, and how that is told without taking the answer apart.
_TAKEN, _TAKEN_LINE, _NOTHING_FOLLOWS = Answer(200, "", keeps=True), b"HTTP/1.1 200 ", b"\r\nContent-Length: 0\r\n"


class Line:
    """A socket that carries one request at a time.

    `opened` once a request could be sent; `rested` if it has carried one before and nothing was heard since it
    got the next: then a loss says no more than that the server had closed it meanwhile.
    """

    def __init__(self, address: Address, tls: ssl.SSLContext | None, host: str) -> None:
        family, kind, protocol, _, self._place = address
        self._socket = socket.socket(family, kind, protocol)
        self._socket.settimeout(0)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._tls = tls
        self._host = host
        self.opened = False
        self.rested = False
        self.rests_since = 0.0

    def fileno(self) -> int:
        """The number of its socket, the same for its whole life."""
        return self._socket.fileno()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def exchange(self, request: bytes) -> Exchange:
        """Send a request and read its answer; yields what to wait for.

        Raises:
            OSError: the line was lost, or never came about.
        """
        self.rested = self.opened
        if not self.opened:
            yield from self._open()
            self.opened = True
        sent = self._send(request)
        while sent < len(request):
            yield EVENT_WRITE
            sent += self._send(request[sent:])
        yield EVENT_READ
        return (yield from self._read())

    def _open(self) -> Generator[int, None, None]:
        try:
            self._socket.connect(self._place)
        except BlockingIOError:
            yield EVENT_WRITE
            if error := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, "no connection") from None
        if self._tls:
            secured = self._tls.wrap_socket(
                self._socket, server_hostname=self._host, do_handshake_on_connect=False, suppress_ragged_eofs=False
            )
            self._socket = secured
            while (wanted := _shake_hands(secured)) is not None:
                yield wanted

    def _send(self, request: bytes) -> int:
        try:
            return self._socket.send(request)
        except (BlockingIOError, ssl.SSLWantWriteError):
            return 0

    def _read(self) -> Exchange:
        heard = b""
        while True:
            try:
                part = self._socket.recv(_PART_BYTES)
            except (BlockingIOError, ssl.SSLWantReadError):
                yield EVENT_READ
                continue
            if not part:
                raise ConnectionResetError("closed by the server")
            self.rested = False
            heard += part
            if answer := read(heard):
                return answer


def _shake_hands(secured: ssl.SSLSocket) -> int | None:
    try:
        secured.do_handshake()
    except ssl.SSLWantReadError:
        return EVENT_READ
    except ssl.SSLWantWriteError:
        return EVENT_WRITE
    return None


def read(heard: bytes) -> Answer | None:
    """What the server said, once all of it was heard.

    An answer whose length is not told ends the line, and its body is not waited for: what counts is in its head.

    Raises:
        ConnectionError: this is not HTTP, or has no end.
    """
    if heard.startswith(_TAKEN_LINE) and heard.endswith(_HEAD_END) and _NOTHING_FOLLOWS in heard:
        return Answer(200, "", keeps=False) if _CLOSE.search(heard) else _TAKEN
    end = heard.find(_HEAD_END)
    if end < 0:
        if len(heard) > _MOST_HEAD_BYTES:
            raise ConnectionError("an answer without end")
        return None
    code = heard[9:12]
    if not (heard.startswith(b"HTTP/1.") and code.isdigit()):
        raise ConnectionError("an answer that is not HTTP")
    status, length = int(code), _LENGTH.search(heard, 0, end + 2)
    if length and len(heard) < end + len(_HEAD_END) + int(length[1]):
        return None
    has_end = length is not None or status == _NO_CONTENT
    error = _ERROR.search(heard, 0, end) if status >= _REFUSALS else None
    name = error[1].decode("latin-1").lower() if error else ""
    return Answer(status, name, has_end and not _CLOSE.search(heard, 0, end))
