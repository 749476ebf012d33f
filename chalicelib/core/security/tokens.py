"""JSON Web Tokens (RFC 7519), signed by the newest key of a ring and verified by any key in it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

import jwt

from chalicelib.core.clock import Clock, from_ms, utc_now
from chalicelib.core.http.errors import Forbidden, Unauthenticated
from chalicelib.core.logging import logger
from chalicelib.core.settings import InvalidSettings, Settings, settings

Role = Literal["staff", "admin"]
ALGORITHM = "HS256"
# RFC 7518, section 3.2: a key of at least the hash's size, which is 256 bits.
MIN_KEY_LENGTH = 32
RELOAD_INTERVAL, RELOAD_INTERVAL_OF_UNKNOWN_KID = timedelta(minutes=5), timedelta(minutes=1)
# The clocks of two functions differ by less; RFC 7519, section 4.1.4, allows a leeway.
LEEWAY = timedelta(seconds=10)
# The one message for every fault of a token, so that it discloses nothing.
INVALID_TOKEN_MESSAGE = "This token is not valid, or no longer; sign in again."
_REQUIRED_CLAIMS = ["sub", "tenantId", "email", "name", "role", "iat", "exp", "iss", "aud", "sessionStart"]


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in member. The tenant comes from the token alone."""

    tenant_id: str
    member_id: str
    email: str
    name: str
    role: Role

    def require_admin(self) -> None:
        """Do nothing for an admin.

        Raises:
            Forbidden: the member is not an admin.
        """
        if self.role != "admin":
            raise Forbidden("Only an admin of this practice may do this.")


@dataclass(frozen=True, slots=True)
class Session:
    """The content of a valid token. `started_at` is when the password was given.

    Refreshed tokens keep it.
    """

    principal: Principal
    started_at: datetime


Keys = Mapping[str, str]


class KeyRing:
    """The signing keys by `kid`. The highest `kid` signs.

    The keys are reloaded every five minutes, so that a removed key soon verifies nothing; and for an unknown `kid`
    at most once a minute, so that a new key is found quickly and forged tokens cost no call each. While the store
    is unavailable, the loaded keys stay in use.
    """

    def __init__(self, load: Callable[[], object], clock: Clock = utc_now) -> None:
        self._load = load
        self._clock = clock
        self._keys: Keys = {}
        self._loaded_at = clock()

    def newest(self) -> tuple[str, str]:
        """Return the `kid` and the key that sign."""
        keys = self._keys_no_older_than(RELOAD_INTERVAL)
        kid = max(keys, key=lambda kid: (len(kid), kid))  # so that 10 comes after 9
        return kid, keys[kid]

    def find(self, kid: str) -> str | None:
        """Return the key of a `kid`, or None."""
        known = self._keys_no_older_than(RELOAD_INTERVAL).get(kid)
        return known or self._keys_no_older_than(RELOAD_INTERVAL_OF_UNKNOWN_KID).get(kid)

    def _keys_no_older_than(self, max_age: timedelta) -> Keys:
        """Return the keys, reloaded if they are older."""
        now = self._clock()
        if not self._keys or now - self._loaded_at > max_age:
            self._loaded_at = now
            self._reload()
        return self._keys

    def _reload(self) -> None:
        try:
            self._keys = validate_keys(self._load())
        except Exception:
            if not self._keys:
                raise
            logger().exception("the signing keys could not be reloaded")


def validate_keys(keys: object) -> Keys:
    """Return the keys if there is at least one and all are long enough.

    Raises:
        InvalidSettings: the keys are malformed, missing or weak; the message names the fault.
    """
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise InvalidSettings('the signing keys must be a JSON object of texts: {"<kid>": "<secret>"}')
    if not keys:
        raise InvalidSettings("there is no signing key: set JWT_KEYS_SECRET_ID, or JWT_KEYS for a local run")
    weak = [kid for kid, key in keys.items() if len(key) < MIN_KEY_LENGTH]
    if weak:
        raise InvalidSettings(f"signing keys {weak} are shorter than {MIN_KEY_LENGTH} characters")
    return keys


def load_keys(config: Settings) -> object:
    """Return the keys of the settings or, in a deployed function, of Secrets Manager.

    Not validated yet.

    Raises:
        InvalidSettings: the keys are not JSON.
    """
    text = _secret(config.jwt_keys_secret_id) if config.jwt_keys_secret_id else config.jwt_keys or "{}"
    try:
        return json.loads(text)
    except ValueError:
        raise InvalidSettings("the signing keys are not JSON") from None


def _secret(secret_id: str) -> str:
    from chalicelib.core.dynamodb.connection import connection

    client: Any = connection.session.create_client("secretsmanager")
    secret: str = client.get_secret_value(SecretId=secret_id)["SecretString"]
    return secret


@cache
def key_ring() -> KeyRing:
    """Return the key ring of this process."""
    return KeyRing(lambda: load_keys(settings()))


def issue_token(session: Session, *, clock: Clock = utc_now) -> tuple[str, datetime]:
    """Return a signed token for a session, and the time at which it expires.

    It is valid for `JWT_SECONDS`, and never beyond `SESSION_SECONDS` after the password was given.
    """
    config = settings()
    principal, now = session.principal, clock()
    session_end = session.started_at + timedelta(seconds=config.session_seconds)
    expires_at = min(now + timedelta(seconds=config.jwt_seconds), session_end).replace(microsecond=0)
    kid, key = key_ring().newest()
    claims = {
        "sub": principal.member_id,
        "tenantId": principal.tenant_id,
        "email": principal.email,
        "name": principal.name,
        "role": principal.role,
        "sessionStart": int(session.started_at.timestamp()),
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
        "iss": config.jwt_issuer,
        "aud": config.jwt_audience,
    }
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": kid}), expires_at


def authenticate(authorization: str | None) -> Session:
    """Return the session of an `Authorization: Bearer` header.

    Raises:
        Unauthenticated: the token is missing, forged, expired or issued for another service.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send a token as 'Authorization: Bearer …'; POST /auth/signin gives one.")
    try:
        claims = _verified_claims(token.strip())
    except (jwt.InvalidTokenError, UnicodeError):
        raise Unauthenticated(INVALID_TOKEN_MESSAGE) from None
    principal = Principal(
        tenant_id=claims["tenantId"],
        member_id=claims["sub"],
        email=claims["email"],
        name=claims["name"],
        role=claims["role"],
    )
    return Session(principal, from_ms(claims["sessionStart"] * 1000))


def _verified_claims(token: str) -> dict[str, Any]:
    kid = jwt.get_unverified_header(token).get("kid")
    key = key_ring().find(kid) if isinstance(kid, str) else None
    if key is None:
        raise jwt.InvalidTokenError("unknown kid")
    config = settings()
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=config.jwt_audience,
        issuer=config.jwt_issuer,
        leeway=LEEWAY,
        options={"require": _REQUIRED_CLAIMS},
    )
