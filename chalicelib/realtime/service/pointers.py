"""Pointers: sent to the other viewers of an appointment and stored nowhere."""

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
from chalicelib.realtime.frames.presence import CursorUpdate
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.model import Subscriber
from chalicelib.realtime.service.delivery import send_frame
from chalicelib.realtime.service.presence import MAX_PRESENCE_AUDIENCE
from chalicelib.realtime.store import subscriptions

# A client sends ten a second; after a delay in the network three may arrive at once.
POINTERS_PER_SECOND, POINTER_BURST = 10, 3
AUDIENCE_CACHE_TTL = timedelta(seconds=1)
# Longer retries would prolong throttling, and a late pointer points elsewhere.
_TIMEOUT_SECONDS = 1.0
# The palette of the page (--hue-0 to --hue-9 in tokens.css): 3:1 on white and on black, as WCAG 2.2 asks.
COLORS = (
    "#3b5bdb", "#0b7285", "#a04500", "#8e36a5", "#2b6e2f",
    "#b3255a", "#625f00", "#1864ab", "#84532f", "#545f6e",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointerState:
    """State of a process: recent audiences by topic, and the rate limiter of pointers."""

    audiences: TTLCache[list[Subscriber]]
    rate_limiter: TokenBuckets


@cache
def pointer_state() -> PointerState:
    """Return the state of this process."""
    return PointerState(TTLCache(AUDIENCE_CACHE_TTL), TokenBuckets(POINTERS_PER_SECOND, POINTER_BURST))


def _audience(topic: str, now: datetime) -> list[Subscriber]:
    """Return the subscribers of a topic, cached for a second.

    One call a second for each topic.
    """
    cached = pointer_state().audiences.get(topic, now)
    if cached is None:
        cached = subscriptions.subscribers_of(topic, consistent=False)
        pointer_state().audiences.put(topic, cached, now)
    return cached


def color_of(member_id: str) -> str:
    """Return the colour of a member, the same in every browser."""
    return COLORS[zlib.crc32(member_id.encode()) % len(COLORS)]


def point_over_websocket(
    tab: Tab, appointment_id: str, position: Position, api: ManagementApi, *, clock: Clock = utc_now
) -> bool:
    """Send a tab's pointer to the other viewers of an appointment.

    No write, and one query a second.

    Returns:
        False if it was above the rate limit and dropped: another will follow.
    """
    now = clock()
    if not pointer_state().rate_limiter.take(f"{tab.member_id}#{tab.tab_id}", now):
        return False
    _deliver_pointer(tab.principal, tab.tab_id, appointment_id, position, api, now)
    return True


def point_over_http(
    principal: Principal, appointment_id: str, position: Position, api: ManagementApi, *, clock: Clock = utc_now
) -> bool:
    """Send the pointer of a client without a WebSocket to the other viewers.

    The member's own tabs do not get it.

    Returns:
        False if it was above the rate limit and dropped.
    """
    now = clock()
    if not pointer_state().rate_limiter.take(principal.member_id, now):
        return False
    _deliver_pointer(principal, None, appointment_id, position, api, now)
    return True


def _deliver_pointer(
    member: Principal,
    tab_id: str | None,
    appointment_id: str,
    position: Position,
    api: ManagementApi,
    now: datetime,
) -> None:
    audience = _audience(AppointmentKey(member.tenant_id, appointment_id).partition, now)
    others = [each for each in audience if not _is_sender(each, member, tab_id)]
    if not others or len(others) > MAX_PRESENCE_AUDIENCE:
        return
    user_info, color = UserInfo(member.name, member.email), color_of(member.member_id)
    frame = CursorUpdate(now, appointment_id, member.member_id, user_info, position, color)
    try:
        send_frame(others, frame, api, _TIMEOUT_SECONDS)
    except Exception:  # noqa: BLE001 - not the sender's fault, and another will follow
        logger().exception("a pointer was not delivered to all", appointment_id=appointment_id)


def _is_sender(subscriber: Subscriber, member: Principal, tab_id: str | None) -> bool:
    """Whether a subscriber is the tab of the pointer or, without a tab, the member."""
    tab = subscriber.tab
    return tab is not None and tab.member_id == member.member_id and tab_id in (None, tab.tab_id)
