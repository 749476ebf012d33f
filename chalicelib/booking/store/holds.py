"""Holds as items, beside the cells that they have until they lapse; and what was answered to a booking."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.appointments.model import AppointmentRecord, Hold, HoldState
from chalicelib.appointments.store.appointments import (
    PUTS_OF_NEW,
    add_new,
    allocation_from_json,
    allocation_to_json,
)
from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.retries import ConditionFailed, transact
from chalicelib.scheduling.model import Span
from chalicelib.scheduling.model.allocation import AllocationChange
from chalicelib.scheduling.service import allocation

# So long a booking that is sent again gets the same answer.
_RECORD_TTL = timedelta(hours=24)


class HoldItem(DataItem):
    """A hold. While it is held it is in the index of deadlines."""

    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)
    doctor_id = UnicodeAttribute(attr_name="doctorId")
    service_id = UnicodeAttribute(attr_name="serviceId")
    start = NumberAttribute()
    end = NumberAttribute()
    occupies = JSONAttribute()
    expires_at = NumberAttribute(attr_name="expiresAt")
    token_digest = UnicodeAttribute(attr_name="tokenDigest")
    state = UnicodeAttribute()


class IdempotencyItem(DataItem):
    """What was answered to a booking with an `Idempotency-Key`, and a digest of what had been asked."""

    asked = UnicodeAttribute()
    answer = JSONAttribute()


class DuplicateRequest(Exception):
    """A booking with this key was made; `asked` is the digest of its request."""

    def __init__(self, request_digest: str, response: dict[str, Any]) -> None:
        super().__init__("this booking was made before")
        self.request_digest = request_digest
        self.response = response


class HoldEnded(Exception):
    """The hold has ended, or lapsed; `hold` is how it stands, None if it is not there."""

    def __init__(self, hold: Hold | None) -> None:
        super().__init__("the hold is not there any more")
        self.hold = hold


def create(tenant_id: str, hold: Hold, change: AllocationChange, now: datetime) -> None:
    """Store a hold and take its time; one transaction.

    Raises:
        CellsTaken: somebody else has some of it.
    """
    partition = keys.hold(tenant_id, hold.id)
    expires_at = to_ms(hold.expires_at)
    item = HoldItem(
        partition,
        keys.HOLD,
        gsi1pk=keys.hold_deadlines_of(partition),
        gsi1sk=keys.deadline_sort_key(expires_at),
        doctor_id=hold.doctor_id,
        service_id=hold.service_id,
        start=to_ms(hold.span.start),
        end=to_ms(hold.span.end),
        occupies=allocation_to_json(hold.occupation),
        expires_at=expires_at,
        token_digest=hold.token_digest,
        state=hold.state,
        ttl=_ttl(hold.expires_at),
    )

    def fill(write: TransactWrite) -> None:
        write.save(item)
        allocation.add_allocation_change(write, tenant_id, change, now)

    try:
        transact(fill)
    except ConditionFailed as refusal:
        raise allocation.to_refusal(change, refusal.images[1:], now) from None


def find(tenant_id: str, hold_id: str) -> Hold | None:
    """One hold, read consistently."""
    item = HoldItem.read(keys.hold(tenant_id, hold_id), keys.HOLD, consistent=True)
    return _to_hold(hold_id, item) if item else None


def end(tenant_id: str, hold: Hold, state: HoldState, change: AllocationChange, now: datetime) -> None:
    """Give a hold's time back; one transaction.

    Raises:
        NoSuchHold: it has ended already.
        CellsTaken: somebody else has some of its cells by now, which they could only take once it had lapsed.
    """

    def fill(write: TransactWrite) -> None:
        _add_end(write, tenant_id, hold.id, state)
        allocation.add_allocation_change(write, tenant_id, change, now)

    try:
        transact(fill)
    except ConditionFailed as refusal:
        if refusal.failed[0]:
            raise HoldEnded(_from_image(hold.id, refusal.images[0])) from None
        raise allocation.to_refusal(change, refusal.images[1:], now) from None


def book(
    tenant_id: str,
    hold: Hold,
    record: AppointmentRecord,
    change: AllocationChange,
    idempotency: IdempotencyItem | None,
) -> None:
    """Turn a hold into an appointment, which has its cells from then on; one transaction.

    Raises:
        NoSuchHold: it is not held any more, or lapsed.
        AnsweredBefore: this was booked already.
        CellsTaken: somebody else has some of its cells.
    """
    now = record.appointment.created_at
    puts = PUTS_OF_NEW + (idempotency is not None)

    def fill(write: TransactWrite) -> None:
        add_new(write, tenant_id, record)
        if idempotency:
            write.save(idempotency, IdempotencyItem.pk.does_not_exist())
        _add_end(write, tenant_id, hold.id, "booked", now)
        allocation.add_allocation_change(write, tenant_id, change, now)

    try:
        transact(fill)
    except ConditionFailed as refusal:
        if idempotency and refusal.failed[PUTS_OF_NEW]:
            before = IdempotencyItem.from_image(refusal.images[PUTS_OF_NEW] or {})
            raise DuplicateRequest(before.asked, before.answer) from None
        if refusal.failed[puts]:
            raise HoldEnded(_from_image(hold.id, refusal.images[puts])) from None
        raise allocation.to_refusal(change, refusal.images[puts + 1 :], now) from None


def idempotency_item(
    tenant_id: str, idempotency_key: str, request_digest: str, response: dict[str, Any], now: datetime
) -> IdempotencyItem:
    """What is kept of an answer."""
    return IdempotencyItem(
        keys.idempotency(tenant_id, digest(idempotency_key)),
        keys.IDEMPOTENCY,
        asked=request_digest,
        answer=response,
        ttl=int((now + _RECORD_TTL).timestamp()),
    )


def find_duplicate(tenant_id: str, idempotency_key: str) -> DuplicateRequest | None:
    """What was answered to a booking with this key, read consistently."""
    partition = keys.idempotency(tenant_id, digest(idempotency_key))
    item = IdempotencyItem.read(partition, keys.IDEMPOTENCY, consistent=True)
    return DuplicateRequest(item.asked, item.answer) if item else None


def find_overdue(before: datetime) -> Iterator[tuple[str, str]]:
    """The tenants' and the holds' ids of all holds that should have lapsed before that, of every tenant."""
    for shard in range(keys.DEADLINE_SHARDS):
        condition = HoldItem.gsi1sk < keys.deadline_sort_key(to_ms(before))
        for item in HoldItem.gsi1.query(keys.hold_deadlines(shard), condition):
            yield keys.hold_of(item.pk)


def hold_from_image(image: dict[str, Any]) -> tuple[str, Hold]:
    """The tenant's id and the hold of a stream record's image, in DynamoDB's own JSON."""
    item = HoldItem.from_image(image)
    tenant_id, hold_id = keys.hold_of(item.pk)
    return tenant_id, _to_hold(hold_id, item)


def digest(secret: str) -> str:
    """What is kept of a secret of 128 bits and more, or of a text only to be compared."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _add_end(
    write: TransactWrite, tenant_id: str, hold_id: str, state: HoldState, live_at: datetime | None = None
) -> None:
    condition = HoldItem.state == "held"
    if live_at is not None:
        condition &= HoldItem.expires_at > to_ms(live_at)
    actions: list[Action] = [HoldItem.state.set(state), HoldItem.gsi1pk.remove(), HoldItem.gsi1sk.remove()]
    write.update(HoldItem(keys.hold(tenant_id, hold_id), keys.HOLD), actions, condition)


def _ttl(expires_at: datetime) -> int:
    return int((expires_at + _RECORD_TTL).timestamp())


def _from_image(hold_id: str, image: dict[str, Any] | None) -> Hold | None:
    return _to_hold(hold_id, HoldItem.from_image(image)) if image else None


def _to_hold(hold_id: str, item: HoldItem) -> Hold:
    return Hold(
        id=hold_id,
        doctor_id=item.doctor_id,
        service_id=item.service_id,
        span=Span(from_ms(item.start), from_ms(item.end)),
        occupation=allocation_from_json(item.occupies),
        expires_at=from_ms(item.expires_at),
        token_digest=item.token_digest,
        state=cast("HoldState", item.state),
    )
