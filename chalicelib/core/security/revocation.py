"""Revocation of a deactivated member's tokens, whose signatures stay valid until they expire.

The list is short: a member leaves it after the longest session. Each process keeps a copy and reloads it every few
seconds, so that a request costs no call.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.errors import Unauthenticated, Unavailable
from chalicelib.core.logging import logger
from chalicelib.core.security.tokens import INVALID_TOKEN_MESSAGE, Principal
from chalicelib.core.settings import settings

# All processes refuse a deactivated member after this time.
REFRESH_INTERVAL = timedelta(seconds=5)
# While the list cannot be loaded, the copy is used for this time.
MAX_STALENESS = timedelta(minutes=1)
# Added to the longest session, for clocks that differ.
_MARGIN = timedelta(hours=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


class RevocationList:
    """The revocations as this process knows them.

    Its own are known at once, others after `REFRESH_INTERVAL`. `load` returns the sort keys of all stored
    `keys.revoked_member_key`. While it fails, the last copy is used for `MAX_STALENESS`; after that, and without
    any copy, every request is refused as unavailable.
    """

    def __init__(self, load: Callable[[], Iterable[str]], clock: Clock = utc_now) -> None:
        self._load = load
        self._clock = clock
        self._members: set[str] = set()
        self._loaded_at = self._tried_at = _NEVER

    def contains(self, tenant_id: str, member_id: str) -> bool:
        """Return whether the tokens of a member are revoked.

        At most one call every few seconds.

        Raises:
            Unavailable: the list could not be loaded for too long.
        """
        now = self._clock()
        if not (
            _is_within(REFRESH_INTERVAL, self._tried_at, now) and _is_within(MAX_STALENESS, self._loaded_at, now)
        ):
            self._refresh(now)
        return keys.revoked_member_key(tenant_id, member_id).sort in self._members

    def add(self, tenant_id: str, member_id: str) -> None:
        """Add a member to this process's copy."""
        self._members.add(keys.revoked_member_key(tenant_id, member_id).sort)

    def _refresh(self, now: datetime) -> None:
        self._tried_at = now
        try:
            self._members = set(self._load())
        except Exception as error:
            if not _is_within(MAX_STALENESS, self._loaded_at, now):
                raise Unavailable("We cannot check your sign-in at the moment; please try again.") from error
            logger().exception("the revocations could not be reloaded")
        else:
            self._loaded_at = now


def _is_within(limit: timedelta, since: datetime, now: datetime) -> bool:
    """Return whether a time is less than `limit` ago.

    A time in the future, of a clock set back, is not.
    """
    return timedelta() <= now - since < limit


class RevocationItem(DataItem):
    """One revocation. The sort key is its content; TTL removes it."""


def load_revocations() -> list[str]:
    """Return the stored revocations, read consistently; one call."""
    return [item.sk for item in RevocationItem.query(keys.DEACTIVATED, consistent_read=True)]


def add_revocation(transaction: Transaction, tenant_id: str, member_id: str, at: datetime) -> None:
    """Add the revocation of a member to a transaction.

    It is kept for as long as a session can last.
    """
    end = at + timedelta(seconds=settings().session_seconds) + _MARGIN
    key = keys.revoked_member_key(tenant_id, member_id)
    transaction.put(RevocationItem.for_key(key, ttl=int(end.timestamp())))


@cache
def revocation_list() -> RevocationList:
    """Return the revocations of this process."""
    return RevocationList(load_revocations)


def require_not_revoked(principal: Principal, revocations: RevocationList | None = None) -> None:
    """Refuse a member whose tokens are revoked.

    Raises:
        Unauthenticated: they are revoked; the message is the one of any invalid token.
        Unavailable: see `RevocationList.contains`.
    """
    if (revocations or revocation_list()).contains(principal.tenant_id, principal.member_id):
        raise Unauthenticated(INVALID_TOKEN_MESSAGE)
