"""Holds as items, beside the cells that they have until they lapse; and what was answered to a booking."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.appointments.model import AppointmentRecord, Hold, HoldState
from chalicelib.appointments.store.appointments import add_new, allocation_from_json, allocation_to_json
from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import HoldKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.scheduling.model.allocation import AllocationChange
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import add_allocation_change

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
    key, expires_at = HoldKey(tenant_id, hold.id), to_ms(hold.expires_at)
    item = HoldItem.for_key(
        key,
        gsi1pk=keys.hold_deadlines_of(key),
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
    transaction = Transaction()
    transaction.put(item)
    add_allocation_change(transaction, tenant_id, change, now)
    transaction.commit()


def find(tenant_id: str, hold_id: str) -> Hold | None:
    """One hold, read consistently."""
    item = HoldItem.read(HoldKey(tenant_id, hold_id), consistent=True)
    return _to_hold(hold_id, item) if item else None


def end(tenant_id: str, hold: Hold, state: HoldState, change: AllocationChange, now: datetime) -> None:
    """Give a hold's time back; one transaction.

    Raises:
        NoSuchHold: it has ended already.
        CellsTaken: somebody else has some of its cells by now, which they could only take once it had lapsed.
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
    idempotency: IdempotencyItem | None,
) -> None:
    """Turn a hold into an appointment, which has its cells from then on; one transaction.

    Raises:
        NoSuchHold: it is not held any more, or lapsed.
        AnsweredBefore: this was booked already.
        CellsTaken: somebody else has some of its cells.
    """
    now = record.appointment.created_at
    transaction = Transaction()
    if idempotency:
        transaction.put(idempotency, unless_exists=True, refused=_answered_before)
    _add_end(transaction, HoldKey(tenant_id, hold.id), "booked", now)
    add_allocation_change(transaction, tenant_id, change, now)
    add_new(transaction, tenant_id, record)
    transaction.commit()


def _answered_before(image: Image | None) -> DuplicateRequest:
    before = IdempotencyItem.from_image(image or {})
    return DuplicateRequest(before.asked, before.answer)


def idempotency_item(
    tenant_id: str, idempotency_key: str, request_digest: str, response: dict[str, Any], now: datetime
) -> IdempotencyItem:
    """What is kept of an answer."""
    return IdempotencyItem.for_key(
        keys.idempotency_key(tenant_id, digest(idempotency_key)),
        asked=request_digest,
        answer=response,
        ttl=int((now + _RECORD_TTL).timestamp()),
    )


def find_duplicate(tenant_id: str, idempotency_key: str) -> DuplicateRequest | None:
    """What was answered to a booking with this key, read consistently."""
    item = IdempotencyItem.read(keys.idempotency_key(tenant_id, digest(idempotency_key)), consistent=True)
    return DuplicateRequest(item.asked, item.answer) if item else None


def find_overdue(before: datetime) -> Iterator[HoldKey]:
    """All holds that should have lapsed before that, of every tenant."""
    for shard in range(keys.DEADLINE_SHARDS):
        condition = HoldItem.gsi1sk < keys.deadline_sort_key(to_ms(before))
        for item in HoldItem.gsi1.query(keys.hold_deadlines(shard), condition):
            yield HoldKey.parse(item.pk)


def hold_from_image(key: HoldKey, image: Image) -> Hold:
    """The hold in a stream record's image or a refusal's."""
    return _to_hold(key.hold_id, HoldItem.from_image(image))


def digest(secret: str) -> str:
    """What is kept of a secret of 128 bits and more, or of a text only to be compared."""
    return hashlib.sha256(secret.encode()).hexdigest()


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
        occupation=allocation_from_json(item.occupies),
        expires_at=from_ms(item.expires_at),
        token_digest=item.token_digest,
        state=cast("HoldState", item.state),
    )
