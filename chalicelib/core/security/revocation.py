"""The members who were deactivated lately: their tokens are still well signed, and good for nothing.

The list is short, since whoever was deactivated longer ago than a session lasts has no token any more. Each
process knows it by heart and reads it again every few seconds, so that a request need not ask.
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

# A deactivated member is refused everywhere after so long.
REFRESH_INTERVAL = timedelta(seconds=5)
# While the list cannot be read, the one that is known is good for so long.
MAX_STALENESS = timedelta(minutes=1)
# Beyond the end of the longest session: for clocks that differ.
_MARGIN = timedelta(hours=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


class RevocationList:
    """Who was deactivated lately, as this process knows it: what it did itself at once, all else after `KEEP`.

    `load` returns the sort key of each `keys.revoked_member_key` as stored at that moment. While it fails, the
    list that is known goes on for `PATIENCE`; after that, and where none was ever read, nobody can be let in.
    """

    def __init__(self, load: Callable[[], Iterable[str]], clock: Clock = utc_now) -> None:
        self._load = load
        self._clock = clock
        self._members: set[str] = set()
        self._loaded_at = self._tried_at = _NEVER

    def contains(self, tenant_id: str, user_id: str) -> bool:
        """Whether this member was deactivated; a call every few seconds at most.

        Raises:
            Unavailable: that cannot be told, because the list could not be read for too long.
        """
        now = self._clock()
        if not (
            _is_within(REFRESH_INTERVAL, self._tried_at, now) and _is_within(MAX_STALENESS, self._loaded_at, now)
        ):
            self._refresh(now)
        return keys.revoked_member_key(tenant_id, user_id).sort in self._members

    def add(self, tenant_id: str, user_id: str) -> None:
        """Know of one without reading the list."""
        self._members.add(keys.revoked_member_key(tenant_id, user_id).sort)

    def _refresh(self, now: datetime) -> None:
        self._tried_at = now
        try:
            self._members = set(self._load())
        except Exception as error:
            if not _is_within(MAX_STALENESS, self._loaded_at, now):
                raise Unavailable("We cannot check your sign-in at the moment; please try again.") from error
            logger().exception("the list of the lately deactivated could not be read again")
        else:
            self._loaded_at = now


def _is_within(limit: timedelta, since: datetime, now: datetime) -> bool:
    """Whether it is less than that long ago; a time ahead of a clock that was set back is not."""
    return timedelta() <= now - since < limit


class RevocationItem(DataItem):
    """One in the list; TTL takes them out. All that there is to say of them is in the sort key."""


def load_revocations() -> list[str]:
    """The list as it stands, read consistently; one call."""
    return [item.sk for item in RevocationItem.query(keys.DEACTIVATED, consistent_read=True)]


def add_revocation(transaction: Transaction, tenant_id: str, user_id: str, at: datetime) -> None:
    """Let a transaction put a member on the list, for as long as any session of theirs could last."""
    end = at + timedelta(seconds=settings().session_seconds) + _MARGIN
    key = keys.revoked_member_key(tenant_id, user_id)
    transaction.put(RevocationItem.for_key(key, ttl=int(end.timestamp())))


@cache
def revocation_list() -> RevocationList:
    """The list of this process."""
    return RevocationList(load_revocations)


def require_not_revoked(principal: Principal, revocations: RevocationList | None = None) -> None:
    """Let a signed-in member pass, unless they were deactivated.

    Raises:
        Unauthenticated: they were; in the words for any token that has ended.
        Unavailable: see `LatelyDeactivated.has`.
    """
    if (revocations or revocation_list()).contains(principal.tenant_id, principal.member_id):
        raise Unauthenticated(INVALID_TOKEN_MESSAGE)
