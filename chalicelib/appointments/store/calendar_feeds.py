"""Calendar feed items: the digests of the secrets in feed addresses."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.retries import with_retries


class FeedItem(DataItem):
    """The current address of a doctor's calendar."""

    digest = UnicodeAttribute()


def put_feed(tenant_id: str, doctor_id: str, digest: str) -> None:
    """Store a new address in place of the old one; one write."""
    with_retries(FeedItem.for_key(keys.feed_key(tenant_id, doctor_id), digest=digest).save)


def delete_feed(tenant_id: str, doctor_id: str) -> None:
    """Delete the address, if any; one write."""
    with_retries(FeedItem.for_key(keys.feed_key(tenant_id, doctor_id)).delete)


def find_feed(tenant_id: str, doctor_id: str) -> str | None:
    """Return the digest of the current secret.

    A consistent read, so that revocation is immediate.
    """
    item = FeedItem.read(keys.feed_key(tenant_id, doctor_id), consistent=True)
    return item.digest if item else None
