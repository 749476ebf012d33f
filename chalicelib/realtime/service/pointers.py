"""Pointers: told to who looks at the same appointment, and stored nowhere."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.logging import logger
from chalicelib.core.security.tokens import Principal
from chalicelib.core.token_bucket import TokenBuckets
from chalicelib.core.ttl_cache import TTLCache
from chalicelib.locking.model import Position, Tab, UserInfo
from chalicelib.realtime.frames import CursorUpdate
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.model import Subscriber
from chalicelib.realtime.service.delivery_cleanup import send_frame
from chalicelib.realtime.service.presence import MAX_PRESENCE_AUDIENCE
from chalicelib.realtime.store import subscriptions

# A client sends ten a second; those that the network held up may come three at once.
POINTERS_PER_SECOND, POINTER_BURST = 10, 3
AUDIENCE_CACHE_TTL = timedelta(seconds=1)
# Where the way is throttled, to try for longer would keep it so; and a pointer that comes late points elsewhere.
_POINTER_SECONDS = 1.0
# The palette of the page (--hue-0 to --hue-9 in tokens.css): 3:1 on white and on black, as WCAG 2.2 asks.
COLORS = (
    "#3b5bdb", "#0b7285", "#a04500", "#8e36a5", "#2b6e2f",
    "#b3255a", "#625f00", "#1864ab", "#84532f", "#545f6e",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointerState:
    """What a process remembers of pointers: who follows what, and how often each member moved theirs."""

    audiences: TTLCache[list[Subscriber]]
    rate_limiter: TokenBuckets


@cache
def pointer_state() -> PointerState:
    """That of this process."""
    return PointerState(TTLCache(AUDIENCE_CACHE_TTL), TokenBuckets(POINTERS_PER_SECOND, POINTER_BURST))


def _audience(topic: str, now: datetime) -> list[Subscriber]:
    """Who follows a topic, as this process saw it up to a second ago; one call a second for each topic."""
    kept = pointer_state().audiences.get(topic, now)
    if kept is None:
        kept = subscriptions.subscribers_of(topic, consistent=False)
        pointer_state().audiences.put(topic, kept, now)
    return kept


def color_of(user_id: str) -> str:
    """The colour of a member, the same in every browser."""
    return COLORS[zlib.crc32(user_id.encode()) % len(COLORS)]


def point_over_websocket(
    tab: Tab, appointment_id: str, position: Position, api: ManagementApi, *, clock: Clock = utc_now
) -> bool:
    """Show a tab's pointer to everybody else who has the appointment open; no write, and one query a second.

    False if it moved too often and was dropped: another will follow.
    """
    now = clock()
    if not pointer_state().rate_limiter.take(f"{tab.member_id}#{tab.tab_id}", now):
        return False
    _deliver_pointer(tab.principal, tab.tab_id, appointment_id, position, api, now)
    return True


def point_over_http(
    principal: Principal, appointment_id: str, position: Position, api: ManagementApi, *, clock: Clock = utc_now
) -> bool:
    """The same for a client that has no WebSocket: it is not shown in any of the member's own tabs."""
    now = clock()
    if not pointer_state().rate_limiter.take(principal.member_id, now):
        return False
    _deliver_pointer(principal, None, appointment_id, position, api, now)
    return True


def _deliver_pointer(
    who: Principal,
    session_id: str | None,
    appointment_id: str,
    position: Position,
    api: ManagementApi,
    now: datetime,
) -> None:
    audience = _audience(AppointmentKey(who.tenant_id, appointment_id).partition, now)
    others = [one for one in audience if not _is_sender(one, who, session_id)]
    if not others or len(others) > MAX_PRESENCE_AUDIENCE:
        return
    frame = CursorUpdate(
        now, appointment_id, who.member_id, UserInfo(who.name, who.email), position, color_of(who.member_id)
    )
    try:
        send_frame(others, frame, api, _POINTER_SECONDS)
    except Exception:  # noqa: BLE001 - logged; it is no fault of who points, and another will follow
        logger().exception("a pointer was not shown to all", appointment_id=appointment_id)


def _is_sender(one: Subscriber, who: Principal, session_id: str | None) -> bool:
    """Whether it is the tab that points or, if that is not known, the member."""
    return one.tab is not None and one.tab.member_id == who.member_id and session_id in (None, one.tab.tab_id)
