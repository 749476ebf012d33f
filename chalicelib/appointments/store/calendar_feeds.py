"""The secret addresses of doctors' calendars, as the digests of their secrets."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.retries import with_retries


class FeedItem(DataItem):
    """The one address that a doctor's calendar has."""

    digest = UnicodeAttribute()


def put_feed(tenant_id: str, doctor_id: str, digest: str) -> None:
    """Keep a new address, which ends the old one; one write."""
    with_retries(FeedItem.for_key(keys.feed_key(tenant_id, doctor_id), digest=digest).save)


def delete_feed(tenant_id: str, doctor_id: str) -> None:
    """End the address, if there is one; one write."""
    with_retries(FeedItem.for_key(keys.feed_key(tenant_id, doctor_id)).delete)


def find_feed(tenant_id: str, doctor_id: str) -> str | None:
    """The digest of the secret that is good now; a consistent read, so that an ended one is refused at once."""
    item = FeedItem.read(keys.feed_key(tenant_id, doctor_id), consistent=True)
    return item.digest if item else None
