"""AWS's signature, version 4, of requests that have a path and a body and nothing else.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
import time
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

_SERVICE = "execute-api"
_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """What a request is signed with at one moment."""

    access_key: str
    secret_key: str
    token: str | None


class Signer:
    """Signs requests to one host in one region."""

    def __init__(self, host: str, region: str) -> None:
        self._host = host
        self._region = region

    def headers(self, method: str, path: str, body: bytes, credentials: Credentials, now: int) -> str:
        """The header lines of a signed request at this second, `Host` among them, each with its line end.

        `path` is as it stands in the request line, with no query and no dot segments: beside `/`, `@` and what
        never needs it (letters, digits, `-._~`) all of it is percent-encoded.
        """
        stamp, day = _instant(now)
        scope = f"{day}/{self._region}/{_SERVICE}/aws4_request"
        signed, token, token_line = "host;x-amz-date", "", ""
        if credentials.token:
            signed, token = f"{signed};x-amz-security-token", f"x-amz-security-token:{credentials.token}\n"
            token_line = f"X-Amz-Security-Token: {credentials.token}\r\n"
        # Every service but S3 signs the path encoded once more.
        encoded = path.replace("%", "%25").replace("@", "%40")
        canonical = (
            f"{method}\n{encoded}\n\nhost:{self._host}\nx-amz-date:{stamp}\n{token}\n{signed}\n"
            f"{sha256(body).hexdigest()}"
        )
        told = f"{_ALGORITHM}\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(_key(credentials.secret_key, day, self._region), told.encode(), "sha256").hex()
        return (
            f"Host: {self._host}\r\nX-Amz-Date: {stamp}\r\n{token_line}"
            f"Authorization: {_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={signed}, Signature={signature}\r\n"
        )


@lru_cache(maxsize=4)
def _instant(now: int) -> tuple[str, str]:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    return stamp, stamp[:8]


@lru_cache(maxsize=4)
def _key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, _SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
