"""API Gateway's management endpoint, which takes frames for the connections of a WebSocket API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from chalicelib.core.logging import logger
from chalicelib.realtime.gateway.errand import USUAL, Errand, Habits, find_full
from chalicelib.realtime.gateway.fate import PATIENCE, Fate
from chalicelib.realtime.gateway.lines import Lines
from chalicelib.realtime.gateway.rounds import Round
from chalicelib.realtime.gateway.signing import Credentials, Signer

if TYPE_CHECKING:
    from botocore.session import Session

_CLOSE_SECONDS = 5.0
_PORTS = {"http": 80, "https": 443}


class ApiGateway:
    """The management endpoint of our WebSocket API; a `Gateway` that many threads may use at once.

    Region, credentials and certificates are those of the botocore session.
    """

    def __init__(self, endpoint: str, session: "Session", habits: Habits = USUAL) -> None:
        from botocore.exceptions import NoRegionError
        from botocore.httpsession import where

        parts = urlsplit(endpoint)
        host, usual = parts.hostname or "", _PORTS[parts.scheme]
        port = parts.port or usual
        region = session.get_config_variable("region")
        if not region:
            raise NoRegionError
        bundle = (session.get_config_variable("ca_bundle") or where()) if parts.scheme == "https" else None
        self._lines = Lines(host, port, bundle)
        self._signer = Signer(host if port == usual else f"{host}:{port}", region)
        self._path = f"{parts.path.rstrip('/')}/@connections/"
        self._session = session
        self._habits = habits

    def send(self, texts: Mapping[str, bytes], seconds: float = PATIENCE) -> dict[str, Fate]:
        """Deliver one frame to each connection id, all side by side; returns those that did not get it."""
        return self._fates("POST", texts, seconds)

    def close(self, connection_ids: Iterable[str], seconds: float = _CLOSE_SECONDS) -> set[str]:
        """Close connections, all side by side; returns those that could not be."""
        fates = self._fates("DELETE", dict.fromkeys(connection_ids, b""), seconds)
        return {connection_id for connection_id, fate in fates.items() if fate is not Fate.GONE}

    def shut(self) -> None:
        """Close the lines that are kept for the next frames."""
        self._lines.shut()

    def _fates(self, method: str, texts: Mapping[str, bytes], seconds: float) -> dict[str, Fate]:
        credentials = self._credentials()
        errands = [Errand(connection_id, text) for connection_id, text in texts.items()]
        Round(self._lines, partial(self._request, method, credentials), self._habits, seconds).run(errands)
        find_full(errands)
        fates = {errand.connection_id: errand.fate for errand in errands if errand.fate}
        troubles = Counter(errand.trouble for errand in errands if errand.fate not in (None, Fate.GONE))
        if troubles:
            logger().warning("requests to connections failed", method=method, troubles=dict(troubles))
        return fates

    def _credentials(self) -> Credentials:
        from botocore.exceptions import NoCredentialsError

        credentials = self._session.get_credentials()
        frozen = credentials.get_frozen_credentials() if credentials else None
        if not (frozen and frozen.access_key and frozen.secret_key):
            raise NoCredentialsError
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)

    def _request(self, method: str, credentials: Credentials, errand: Errand) -> bytes:
        path = self._path + _part(errand.connection_id)
        headers = self._signer.headers(method, path, errand.text, credentials, int(time.time()))
        head = f"{method} {path} HTTP/1.1\r\n{headers}Content-Length: {len(errand.text)}\r\n\r\n"
        return head.encode() + errand.text


@lru_cache(maxsize=16_384)  # the same people are told again and again
def _part(connection_id: str) -> str:
    """An id as a part of a path; those of API Gateway end with `=`."""
    return quote(connection_id, safe="~")
