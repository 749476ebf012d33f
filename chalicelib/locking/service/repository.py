"""Where a lock is kept, how it stands, and how a rule is applied to it."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.core.dynamodb.keys import LockKey, validate_id
from chalicelib.core.http.errors import NotFound, Unavailable
from chalicelib.core.settings import settings
from chalicelib.locking.model import Lock, LockRecord, never_locked
from chalicelib.locking.model.rules import Timeouts
from chalicelib.locking.store import conditional_updates, records

# A lock id begins with its tenant, so that it can be released without a token.
_SEPARATOR = "."
_MAX_ATTEMPTS = 10
CONTENTION_DETAIL = "This lock is in great demand at the moment; please try again."
NO_APPOINTMENT = "There is no appointment with this id."

Rule = Callable[[LockRecord], LockRecord]


def new_secret() -> str:
    """128 random bits: a lock id is a right, not only a name."""
    return secrets.token_urlsafe(16)


def make_lock_id(tenant_id: str, secret: str) -> str:
    """A lock id of this tenant."""
    return f"{tenant_id}{_SEPARATOR}{secret}"


def tenant_of_lock_id(lock_id: str) -> str:
    """The tenant of a lock id.

    Raises:
        NotFound, InvalidId: it does not have the form of one.
    """
    tenant_id, separator, _ = lock_id.partition(_SEPARATOR)
    if not separator:
        raise NotFound("There is no such lock.")
    return validate_id(tenant_id)


def default_timeouts(lease: timedelta | None = None) -> Timeouts:
    """The terms of `LOCK_SECONDS`, `LOCK_GRACE_SECONDS` and `CONTROL_REQUEST_SECONDS`."""
    chosen = settings()
    return Timeouts(
        lease=lease or timedelta(seconds=chosen.lock_seconds),
        grace=timedelta(seconds=chosen.lock_grace_seconds),
        request_timeout=timedelta(seconds=chosen.control_request_seconds),
    )


def or_never_locked(key: LockKey, record: LockRecord | None, now: datetime) -> LockRecord:
    """The record that was found, or what the appointment keeps of a lock without an item; one call for that.

    Raises:
        NotFound: there is no such appointment.
    """
    if record is not None:
        return record
    version = records.last_version(key)
    if version is None:
        raise NotFound(NO_APPOINTMENT)
    return never_locked(key.appointment_id, now, version)


def load(key: LockKey, now: datetime) -> LockRecord:
    """The lock as it stands; one call, two where it was not locked lately.

    Raises:
        NotFound: there is no such appointment.
    """
    return or_never_locked(key, records.read(key), now)


def update_with_retry(key: LockKey, record: LockRecord, rule: Rule) -> LockRecord:
    """Write what a rule makes of the record; one call, and again if somebody else wrote meanwhile.

    A write that is refused by what it wrote itself has happened: its answer was lost, and botocore sent it again.

    Raises:
        Unavailable: somebody else was quicker many times.
        Problem: whatever the rule refuses.
    """
    for _ in range(_MAX_ATTEMPTS):
        written = rule(record)
        if written is record:
            return record
        try:
            records.replace(key, written)
        except conditional_updates.ConditionRefused as refusal:
            if refusal.record == written:
                return written
            if refusal.record is None:
                break
            record = refusal.record
        else:
            return written
    raise Unavailable(CONTENTION_DETAIL)


def to_owner_view(record: LockRecord) -> Lock:
    """The lease of a lock that was granted, as its holder may see it."""
    lock = record.lock_with_request
    if lock is None:
        raise AssertionError("a lock was granted without a lease")
    return lock.redacted_for(lock.user_id, lock.session_id)
