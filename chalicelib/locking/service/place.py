"""Where a lock is kept, how it stands, and how a rule is applied to it."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.core import keys
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.core.settings import settings
from chalicelib.locking.model import Lock, LockRecord, never_locked
from chalicelib.locking.model.rules import Terms
from chalicelib.locking.store import quick, records

# A lock id begins with its tenant, so that it can be released without a token.
_SEPARATOR = "."
_ATTEMPTS = 10
IN_DEMAND = "This lock is in great demand at the moment; please try again."
NO_APPOINTMENT = "There is no appointment with this id."

Rule = Callable[[LockRecord], LockRecord]


def new_secret() -> str:
    """128 random bits: a lock id is a right, not only a name."""
    return secrets.token_urlsafe(16)


def lock_id_in(tenant_id: str, secret: str) -> str:
    """A lock id of this tenant."""
    return f"{tenant_id}{_SEPARATOR}{secret}"


def tenant_of(lock_id: str) -> str:
    """The tenant of a lock id.

    Raises:
        NotFound: it does not have the form of one.
    """
    tenant_id, separator, _ = lock_id.partition(_SEPARATOR)
    if not separator:
        raise NotFound("There is no such lock.")
    return keys.known_id(tenant_id)


def default_terms(lease: timedelta | None = None) -> Terms:
    """The terms of `LOCK_SECONDS`, `LOCK_GRACE_SECONDS` and `CONTROL_REQUEST_SECONDS`."""
    chosen = settings()
    return Terms(
        lease=lease or timedelta(seconds=chosen.lock_seconds),
        grace=timedelta(seconds=chosen.lock_grace_seconds),
        patience=timedelta(seconds=chosen.control_request_seconds),
    )


def standing(partition: str, record: LockRecord | None, now: datetime) -> LockRecord:
    """The record that was found, or what the appointment keeps of a lock without an item; one call for that.

    Raises:
        NotFound: there is no such appointment.
    """
    if record is not None:
        return record
    version = records.last_version(partition)
    if version is None:
        raise NotFound(NO_APPOINTMENT)
    _, appointment_id = keys.appointment_of(partition)
    return never_locked(appointment_id, now, version)


def look(partition: str, now: datetime) -> LockRecord:
    """The lock as it stands; one call, two where it was not locked lately.

    Raises:
        NotFound: there is no such appointment.
    """
    return standing(partition, records.read(partition), now)


def apply(partition: str, record: LockRecord, rule: Rule) -> LockRecord:
    """Write what a rule makes of the record; one call, and again if somebody else wrote meanwhile.

    A write that is refused by what it wrote itself has happened: its answer was lost, and botocore sent it again.

    Raises:
        Unavailable: somebody else was quicker many times.
        Problem: whatever the rule refuses.
    """
    for _ in range(_ATTEMPTS):
        written = rule(record)
        if written is record:
            return record
        try:
            records.replace(partition, written)
        except quick.Refused as refusal:
            if refusal.record == written:
                return written
            if refusal.record is None:
                break
            record = refusal.record
        else:
            return written
    raise Unavailable(IN_DEMAND)


def lease_of(record: LockRecord) -> Lock:
    """The lease of a lock that was granted, as its holder may see it."""
    lock = record.shown
    if lock is None:
        raise AssertionError("a lock was granted without a lease")
    return lock.as_seen_by(lock.user_id, lock.session_id)
