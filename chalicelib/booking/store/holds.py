"""Hold items, the transactions that create, end and book them, and idempotency records."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.service.stored_appointments import add_new
from chalicelib.booking.model.booking import IdempotencyRecord
from chalicelib.booking.model.hold import Hold, HoldState
from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import HoldKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.scheduling.model.allocation import AllocationChange
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import (
    add_allocation_change,
    allocation_from_json,
    allocation_to_json,
)

# A repeated booking gets the same response for this time.
_RECORD_TTL = timedelta(hours=24)


class HoldItem(DataItem):
    """A hold. It is in the index of deadlines while held."""

    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)
    doctor_id = UnicodeAttribute(attr_name="doctorId")
    service_id = UnicodeAttribute(attr_name="serviceId")
    start = NumberAttribute()
    end = NumberAttribute()
    allocation = JSONAttribute(attr_name="occupies")
    expires_at = NumberAttribute(attr_name="expiresAt")
    token_digest = UnicodeAttribute(attr_name="tokenDigest")
    state = UnicodeAttribute()


class IdempotencyItem(DataItem):
    """The response to a booking with an `Idempotency-Key`, and its request's digest."""

    request_digest = UnicodeAttribute(attr_name="asked")
    response = JSONAttribute(attr_name="answer")


class DuplicateRequest(Exception):
    """A booking with this idempotency key exists."""

    def __init__(self, record: IdempotencyRecord) -> None:
        super().__init__("a booking with this idempotency key exists")
        self.record = record


class HoldEnded(Exception):
    """The hold has ended or expired. `hold` is its present state.

    None if the item is gone.
    """

    def __init__(self, hold: Hold | None) -> None:
        super().__init__("the hold has ended")
        self.hold = hold


def create(tenant_id: str, hold: Hold, change: AllocationChange, now: datetime) -> None:
    """Store a hold and allocate its time; one transaction.

    Raises:
        AllocationRefused: some of the time is taken.
    """
    key, expires_at = HoldKey(tenant_id, hold.id), to_ms(hold.expires_at)
    item = HoldItem.for_key(
        key,
        gsi1pk=keys.hold_deadlines_of(key),
        gsi1sk=keys.deadline_sort_key(expires_at),
        doctor_id=hold.doctor_id,
        service_id=hold.service_id,
        start=to_ms(hold.span.start),
        end=to_ms(hold.span.end),
        allocation=allocation_to_json(hold.allocation),
        expires_at=expires_at,
        token_digest=hold.token_digest,
        state=hold.state,
        ttl=_ttl(hold.expires_at),
    )
    transaction = Transaction()
    transaction.put(item)
    add_allocation_change(transaction, tenant_id, change, now)
    transaction.commit()


def find(tenant_id: str, hold_id: str) -> Hold | None:
    """Return a hold by its id; a consistent read."""
    item = HoldItem.read(HoldKey(tenant_id, hold_id), consistent=True)
    return _to_hold(hold_id, item) if item else None


def find_by_token(tenant_id: str, hold_id: str, hold_token: str) -> Hold | None:
    """Return a hold if the token is its own; a consistent read."""
    hold = find(tenant_id, hold_id)
    return hold if hold and hold.token_digest == keys.digest(hold_token) else None


def end(tenant_id: str, hold: Hold, state: HoldState, change: AllocationChange, now: datetime) -> None:
    """End a hold and release its time; one transaction.

    Raises:
        HoldEnded: it has ended already.
        AllocationRefused: some of its cells have other owners, which took them after the hold had expired.
    """
    transaction = Transaction()
    _add_end(transaction, HoldKey(tenant_id, hold.id), state)
    add_allocation_change(transaction, tenant_id, change, now)
    transaction.commit()


def book(
    tenant_id: str,
    hold: Hold,
    record: AppointmentRecord,
    change: AllocationChange,
    idempotency: IdempotencyRecord | None,
) -> None:
    """Turn a hold into an appointment, which takes over its cells; one transaction.

    Raises:
        HoldEnded: it has ended or expired.
        DuplicateRequest: a booking with this idempotency key exists.
        AllocationRefused: some of its cells have other owners.
    """
    now = record.appointment.created_at
    transaction = Transaction()
    if idempotency:
        _add_idempotency_record(transaction, tenant_id, idempotency, now)
    _add_end(transaction, HoldKey(tenant_id, hold.id), "booked", now)
    add_allocation_change(transaction, tenant_id, change, now)
    add_new(transaction, tenant_id, record)
    transaction.commit()


def find_idempotency_record(tenant_id: str, key: str) -> IdempotencyRecord | None:
    """Return the record of the booking made with an idempotency key.

    A consistent read.
    """
    item = IdempotencyItem.read(keys.idempotency_key(tenant_id, keys.digest(key)), consistent=True)
    return IdempotencyRecord(key, item.request_digest, item.response) if item else None


def _add_idempotency_record(
    transaction: Transaction, tenant_id: str, record: IdempotencyRecord, now: datetime
) -> None:
    def duplicate(image: Image | None) -> DuplicateRequest:
        stored = IdempotencyItem.from_image(image or {})
        return DuplicateRequest(IdempotencyRecord(record.key, stored.request_digest, stored.response))

    item = IdempotencyItem.for_key(
        keys.idempotency_key(tenant_id, keys.digest(record.key)),
        request_digest=record.request_digest,
        response=record.response,
        ttl=int((now + _RECORD_TTL).timestamp()),
    )
    transaction.put(item, unless_exists=True, refused=duplicate)


def find_overdue(before: datetime) -> Iterator[HoldKey]:
    """Yield the holds of every tenant that expired before an instant."""
    for shard in range(keys.DEADLINE_SHARDS):
        condition = HoldItem.gsi1sk < keys.deadline_sort_key(to_ms(before))
        for item in HoldItem.gsi1.query(keys.hold_deadlines(shard), condition):
            yield HoldKey.parse(item.pk)


def hold_from_image(key: HoldKey, image: Image) -> Hold:
    """Return the hold of an image, from a stream record or a failed condition."""
    return _to_hold(key.hold_id, HoldItem.from_image(image))


def _add_end(transaction: Transaction, key: HoldKey, state: HoldState, live_at: datetime | None = None) -> None:
    condition = HoldItem.state == "held"
    if live_at is not None:
        condition &= HoldItem.expires_at > to_ms(live_at)
    actions: list[Action] = [HoldItem.state.set(state), HoldItem.gsi1pk.remove(), HoldItem.gsi1sk.remove()]
    transaction.update(
        HoldItem.for_key(key),
        actions,
        condition,
        refused=lambda image: HoldEnded(hold_from_image(key, image) if image else None),
    )


def _ttl(expires_at: datetime) -> int:
    return int((expires_at + _RECORD_TTL).timestamp())


def _to_hold(hold_id: str, item: HoldItem) -> Hold:
    return Hold(
        id=hold_id,
        doctor_id=item.doctor_id,
        service_id=item.service_id,
        span=Span(from_ms(item.start), from_ms(item.end)),
        allocation=allocation_from_json(item.allocation),
        expires_at=from_ms(item.expires_at),
        token_digest=item.token_digest,
        state=cast("HoldState", item.state),
    )
