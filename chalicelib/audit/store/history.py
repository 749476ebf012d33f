"""The items of the history, listed by lock, by member and by tenant."""

from dataclasses import dataclass
from typing import Any, cast

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.audit.model import Action, HistoryEntry, HistoryMetadata, StartedBy
from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.http.schema import to_json
from chalicelib.locking.model import Actor, UserInfo


class HistoryItem(DataItem):
    """An entry, never changed or removed; instants and durations are milliseconds."""

    gsi1pk = UnicodeAttribute()
    gsi1sk = UnicodeAttribute()
    gsi2pk = UnicodeAttribute()
    gsi2sk = UnicodeAttribute()
    entry_id = UnicodeAttribute(attr_name="id")
    version = NumberAttribute()
    user_id = UnicodeAttribute(attr_name="userId")
    user_name = UnicodeAttribute(attr_name="userName")
    user_email = UnicodeAttribute(attr_name="userEmail")
    action = UnicodeAttribute()
    at = NumberAttribute()
    lock_id = UnicodeAttribute(attr_name="lockId")
    details = MapAttribute[str, Any](attr_name="metadata")
    duration_ms = NumberAttribute(null=True, attr_name="durationMs")
    released_by = UnicodeAttribute(null=True, attr_name="releasedBy")
    reason = UnicodeAttribute(null=True)


@dataclass(frozen=True, slots=True)
class HistoryIndex:
    """A list: a partition of the table or an index, and the prefix of its sort keys."""

    partition: str
    index: str | None = None
    prefix: str = ""

    @classmethod
    def of_appointment(cls, tenant_id: str, appointment_id: str) -> "HistoryIndex":
        """Return the list of one lock."""
        return cls(AppointmentKey(tenant_id, appointment_id).partition, prefix=keys.history(""))

    @classmethod
    def of_member(cls, tenant_id: str, member_id: str) -> "HistoryIndex":
        """Return the list of one member's leases and requests."""
        return cls(keys.history_of_member(tenant_id, member_id), HistoryItem.gsi2.Meta.index_name)

    @classmethod
    def of_tenant(cls, tenant_id: str) -> "HistoryIndex":
        """Return the list of all locks of a tenant."""
        return cls(keys.activity(tenant_id), HistoryItem.gsi1.Meta.index_name)

    def position_of(self, item: HistoryItem) -> str:
        """Return an item's sort key in this list, without the prefix."""
        sort_keys = {None: item.sk, "gsi1": item.gsi1sk, "gsi2": item.gsi2sk}
        return sort_keys[self.index].removeprefix(self.prefix)


# Every position starts with a digit.
_FIRST, _LAST = "0", "~"


def newest_first(index: HistoryIndex, before: str | None, limit: int) -> tuple[list[HistoryEntry], str | None]:
    """Return a page of entries, and the position of its last if there are more."""
    sort_key = {None: HistoryItem.sk, "gsi1": HistoryItem.gsi1sk, "gsi2": HistoryItem.gsi2sk}[index.index]
    found = HistoryItem.query(
        index.partition,
        # A forged position before the first entry yields an empty page.
        sort_key.between(f"{index.prefix}{_FIRST}", f"{index.prefix}{max(before or _LAST, _FIRST)}"),
        index_name=index.index,
        scan_index_forward=False,
        # One more to detect a next page, and one because a range includes its end.
        limit=limit + 2,
    )
    items = [item for item in found if index.position_of(item) != before]
    more = index.position_of(items[limit - 1]) if len(items) > limit else None
    return [_entry(item) for item in items[:limit]], more


def to_item(tenant_id: str, entry: HistoryEntry) -> HistoryItem:
    """Return the item of an entry."""
    at = to_ms(entry.timestamp)
    sort_key = keys.history_sort_key(at, entry.id)
    return HistoryItem.for_key(
        keys.history_key(tenant_id, entry.appointment_id, entry.sort_position),
        gsi1pk=keys.activity(tenant_id),
        gsi1sk=sort_key,
        gsi2pk=keys.history_of_member(tenant_id, entry.user_id),
        gsi2sk=sort_key,
        entry_id=entry.id,
        version=entry.version,
        user_id=entry.user_id,
        user_name=entry.user_name,
        user_email=entry.user_email,
        action=entry.action,
        at=at,
        lock_id=entry.lock_id,
        details=to_json(entry.metadata),
        duration_ms=None if entry.duration is None else round(entry.duration * 1000),
        released_by=entry.released_by,
        reason=entry.reason,
    )


def _entry(item: HistoryItem) -> HistoryEntry:
    duration_ms = cast("float | None", item.duration_ms)
    return HistoryEntry(
        id=item.entry_id,
        appointment_id=AppointmentKey.parse(item.pk).appointment_id,
        version=int(item.version),
        user_id=item.user_id,
        user_name=item.user_name,
        user_email=item.user_email,
        action=cast("Action", item.action),
        timestamp=from_ms(item.at),
        lock_id=item.lock_id,
        metadata=_metadata(item.details.as_dict()),
        duration=None if duration_ms is None else duration_ms / 1000,
        released_by=item.released_by,
        reason=item.reason,
    )


def _metadata(values: dict[str, Any]) -> HistoryMetadata:
    return HistoryMetadata(
        how=cast("StartedBy | None", values.get("how")),
        from_=_actor(values.get("from")),
        to=_actor(values.get("to")),
        by=_actor(values.get("by")),
        message=values.get("message"),
        unanswered=values.get("unanswered"),
        connection_lost=values.get("connectionLost"),
    )


def _actor(values: dict[str, Any] | None) -> Actor | None:
    return Actor(values["userId"], UserInfo(**values["userInfo"])) if values else None
