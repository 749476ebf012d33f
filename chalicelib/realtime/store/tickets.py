"""One-use tickets."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute

from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.locking.model import Tab
from chalicelib.realtime.store.items import ViewerItem, owner_attributes


class TicketItem(ViewerItem):
    """A ticket under its digest, so a reader of the table cannot use it.

    `expiresAt` in milliseconds.
    """

    expires_at = NumberAttribute(attr_name="expiresAt")


def put_ticket(ticket: str, tenant_id: str, tab: Tab | None, expires_at: datetime) -> None:
    """Store a ticket until it is used or expires."""
    TicketItem.for_key(
        _ticket_key(ticket),
        expires_at=to_ms(expires_at),
        ttl=int(expires_at.timestamp()) + 60,
        **owner_attributes(tenant_id, tab),
    ).save()


def take_ticket(ticket: str, now: datetime) -> tuple[str, Tab | None] | None:
    """Redeem a ticket; one call.

    Returns:
        The tenant id and the tab (None for a visitor); None for an unknown, expired or used ticket.
    """
    item = TicketItem.for_key(_ticket_key(ticket))
    condition = TicketItem.expires_at >= to_ms(now)
    try:
        old = with_retries(lambda: item.delete_returning(condition))
    except ConditionFailed:
        return None
    taken = TicketItem.from_image(old)
    return taken.tenant_id, taken.tab()


def _ticket_key(ticket: str) -> keys.Key:
    return keys.ticket_key(keys.digest(ticket))
