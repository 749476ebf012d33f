"""Subscriptions: one item for each topic and connection.

The partition is the topic, so one query returns the audience; the index is by connection, so a closing connection
finds its subscriptions. The same item carries the presence of the member.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, get_args

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import ConnectionsItem
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.realtime.model import (
    CONNECTION_TTL,
    NO_VERSIONS_SEEN,
    Connection,
    PresenceState,
    SeenVersions,
    Subscriber,
    TopicAudience,
)
from chalicelib.realtime.store.items import ViewerItem, owner_attributes, tab_of

# The state before the first one that the client sent.
_NO_STATE = "none"
_STATES: dict[str, PresenceState] = {state: state for state in get_args(PresenceState)}
# Audiences reach thousands: attributes that only an index needs are not read.
_ATTRIBUTES = [
    "sk", "tenantId", "userId", "name", "email", "role", "sessionId", "state", "former", "toldAt", "since",
    "doctorId", "seenLock", "seenAppointment", "until",
]  # fmt: skip


class SubscriptionItem(ViewerItem):
    """The subscription of one connection to one topic.

    `toldAt` and `since` in milliseconds. See `Subscriber`.
    """

    state = UnicodeAttribute(null=True)
    previous_state = UnicodeAttribute(attr_name="former", null=True)
    state_set_at = NumberAttribute(attr_name="toldAt", null=True)
    subscribed_at = NumberAttribute(attr_name="since", null=True)
    doctor_id = UnicodeAttribute(attr_name="doctorId", null=True)
    seen_lock = NumberAttribute(attr_name="seenLock", null=True)
    seen_appointment = NumberAttribute(attr_name="seenAppointment", null=True)


class QueuedMarkItem(ConnectionsItem):
    """Marker of a topic with frames that go through the queue.

    They do until `until`, in milliseconds. It stands among the subscriptions, so the query for the audience
    returns it; it is not in the index.
    """

    until = NumberAttribute()


def subscribe(
    topic: str,
    connection: Connection,
    now: datetime,
    *,
    doctor_id: str | None = None,
    seen: SeenVersions | None = None,
) -> Subscriber | None:
    """Add a connection to the audience of a topic; idempotent; one call.

    Frames at or below the versions in `seen` are not sent to it. Returns the previous subscriber, None if new.
    """
    item = SubscriptionItem.for_key(
        _key(topic, connection.connection_id),
        gsi1pk=keys.connection(connection.connection_id),
        gsi1sk=topic,
        ttl=int((now + CONNECTION_TTL).timestamp()),
        subscribed_at=to_ms(now),
        doctor_id=doctor_id,
        seen_lock=seen.lock if seen else None,
        seen_appointment=seen.appointment if seen else None,
        **owner_attributes(connection.tenant_id, connection.tab),
    )
    return _previous(item.put_returning())


def set_seen_versions(topic: str, connection_id: str, seen: SeenVersions) -> None:
    """Set the versions that a subscriber has seen; one call.

    Nothing happens if it has unsubscribed meanwhile.
    """
    attributes = SubscriptionItem
    actions: list[Action] = [
        attributes.seen_lock.set(seen.lock),
        attributes.seen_appointment.set(seen.appointment),
    ]
    with suppress(ConditionFailed):
        with_retries(
            lambda: SubscriptionItem.update_returning(_key(topic, connection_id), actions, attributes.pk.exists())
        )


def unsubscribe(topic: str, connection_id: str) -> Subscriber | None:
    """Remove a connection from the audience of a topic; one call.

    Returns the previous subscriber or None.
    """
    item = SubscriptionItem.for_key(_key(topic, connection_id))
    try:
        return _subscriber(with_retries(lambda: item.delete_returning(SubscriptionItem.pk.exists())))
    except ConditionFailed:
        return None


def set_presence(topic: str, connection_id: str, state: PresenceState, now: datetime) -> Subscriber | None:
    """Set the subscriber's presence; one call. Returns the previous subscriber.

    None if not subscribed.
    """
    attributes = SubscriptionItem
    actions: list[Action] = [
        attributes.previous_state.set(attributes.state | _NO_STATE),
        attributes.state.set(state),
        attributes.state_set_at.set(to_ms(now)),
    ]
    try:
        old = with_retries(
            lambda: SubscriptionItem.update_returning(
                _key(topic, connection_id), actions, attributes.pk.exists(), returns="ALL_OLD"
            )
        )
    except ConditionFailed:
        return None
    return _subscriber(old)


def subscribers_of(topic: str, *, consistent: bool = True) -> list[Subscriber]:
    """Return the subscribers of a topic.

    One query for each megabyte, about 4,000 subscribers.
    """
    return audience_of(topic, consistent=consistent).subscribers


def audience_of(topic: str, *, consistent: bool = True) -> TopicAudience:
    """Return the subscribers and the end of queued delivery, by the same query."""
    subscribers, queued_until = [], None
    for image in SubscriptionItem.query_raw(topic, _ATTRIBUTES, consistent=consistent):
        if image["sk"]["S"] == keys.QUEUED:
            queued_until = from_ms(int(image["until"]["N"]))
        else:
            subscribers.append(_subscriber(image))
    return TopicAudience(subscribers, queued_until)


def mark_queued(topic: str, until: datetime) -> None:
    """Send the frames of a topic through the queue until `until`; one call."""
    QueuedMarkItem.for_key(
        keys.Key(topic, keys.QUEUED), until=to_ms(until), ttl=int(until.timestamp()) + 60
    ).save()


def topics_of(connection_id: str) -> list[str]:
    """Return the topics of a connection. The index is eventually consistent."""
    return [item.pk for item in SubscriptionItem.gsi1.query(keys.connection(connection_id))]


def _key(topic: str, connection_id: str) -> keys.Key:
    return keys.Key(topic, connection_id)


def _previous(old: Mapping[str, Any] | None) -> Subscriber | None:
    return _subscriber(old) if old else None


def _subscriber(image: Mapping[str, Any]) -> Subscriber:
    def text(name: str) -> str | None:
        value: str | None = image.get(name, {}).get("S")
        return value

    def number(name: str) -> int:
        return int(image[name]["N"])

    tenant_id = image["tenantId"]["S"]
    subscribed_at, state_set_at, previous_state = image.get("since"), image.get("toldAt"), text("former")
    return Subscriber(
        connection_id=image["sk"]["S"],
        tenant_id=tenant_id,
        tab=tab_of(tenant_id, text("userId"), text("sessionId"), text("name"), text("email"), text("role")),
        state=_STATES.get(text("state") or "", "viewing"),
        previous_state=_STATES.get(previous_state) if previous_state else None,
        state_set_at=from_ms(int(state_set_at["N"])) if state_set_at else None,
        subscribed_at=from_ms(int(subscribed_at["N"])) if subscribed_at else None,
        doctor_id=text("doctorId"),
        seen=SeenVersions(number("seenLock"), number("seenAppointment"))
        if "seenLock" in image
        else NO_VERSIONS_SEEN,
    )
