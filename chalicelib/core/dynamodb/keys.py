"""Every key of the two tables, in one place.

The tenant is part of each partition, so that no id of another tenant can ever be reached. Services and rules pass
typed keys; `parse` is only for a key that comes back from the stream or from an index.
"""

import hashlib
import re
import zlib
from typing import Literal, Self

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

TENANT = "TENANT"
ACCOUNT = "ACCOUNT"
SLUG = "SLUG"
APPOINTMENT = "APPOINTMENT"
LOCK = "LOCK"
NOTIFICATION = "NOTICE"
TICKET = "TICKET"
CONNECTION = "CONNECTION"
LOCK_ATTEMPTS = "ATTEMPTS"
CONTROL_REQUESTS = "REQUESTS"
STATISTICS = "STATISTICS"
HEALTH = "HEALTH"
DISCONNECTED = "LEFT"
DEACTIVATED = "DEACTIVATED"
RULES = "RULES"
HOLD = "HOLD"
IDEMPOTENCY = "IDEMPOTENCY"
# The stream follows the hours of doctors alone.
HOUR = "HOUR"
# Among the subscriptions of a topic; no connection id begins like this.
QUEUED = "#SPLIT"
# How many index partitions the deadlines are spread over, so that no single one takes every write.
DEADLINE_SHARDS = 8


class InvalidId(ValueError):
    """A text that cannot be an id of ours."""

    def __init__(self) -> None:
        super().__init__("There is nothing with this id.")


def validate_id(text: str) -> str:
    """Return an id from a path or a frame if it has the form of an id.

    Raises:
        InvalidId: it cannot name anything of ours.
    """
    if not _ID.fullmatch(text):
        raise InvalidId
    return text


def digest(text: str) -> str:
    """Return the stored form of a secret, or of a text that is only compared.

    128 random bits need no salt.
    """
    return hashlib.sha256(text.encode()).hexdigest()


class Key:
    """The primary key of an item. Keys are equal if they name the same item."""

    __slots__ = ("partition", "sort")

    def __init__(self, partition: str, sort: str) -> None:
        self.partition = partition
        self.sort = sort

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and (self.partition, self.sort) == (other.partition, other.sort)

    def __hash__(self) -> int:
        return hash((self.partition, self.sort))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.partition!r}, {self.sort!r})"


def parse(partition: str, sort: str) -> Key:
    """Return a stored key as its type, a plain `Key` where nobody reads its parts."""
    key = Key(partition, sort)
    match [*partition.split("#"), sort]:
        case [_, tenant_id, "APPOINTMENT", appointment_id, "LOCK"]:
            key = LockKey(tenant_id, appointment_id)
        case [_, tenant_id, "APPOINTMENT", appointment_id, "APPOINTMENT"]:
            key = AppointmentKey(tenant_id, appointment_id)
        case [_, tenant_id, "HOLD", hold_id, "HOLD"]:
            key = HoldKey(tenant_id, hold_id)
        case [_, tenant_id, "TIME", kind, owner_id, hour] if hour.startswith(f"{HOUR}#"):
            key = HourKey(tenant_id, f"{kind}#{owner_id}", hour.removeprefix(f"{HOUR}#"))
        case [_, tenant_id, "MEMBER", member_id, limit, window, _] if limit == sort:
            key = RateLimitKey(tenant_id, member_id, limit, int(window))
        case ["TENANT", tenant_id, name] if name.startswith(member("")):
            key = MemberKey(tenant_id, name.removeprefix(member("")))
    return key


# Tenants, members and their sign-in


class MemberKey(Key):
    """A member of a tenant, beside it."""

    __slots__ = ("member_id", "tenant_id")

    def __init__(self, tenant_id: str, member_id: str) -> None:
        super().__init__(tenant(tenant_id), member(validate_id(member_id)))
        self.tenant_id = tenant_id
        self.member_id = member_id


def tenant(tenant_id: str) -> str:
    """Return the partition of a tenant and its members."""
    return f"TENANT#{tenant_id}"


def member(member_id: str) -> str:
    """Return the sort key of a member."""
    return f"MEMBER#{member_id}"


def tenant_key(tenant_id: str) -> Key:
    return Key(tenant(tenant_id), TENANT)


def account_key(email: str) -> Key:
    """Return the account of an email address, in any letter case."""
    return Key(f"EMAIL#{email.lower()}", ACCOUNT)


def slug_key(slug: str) -> Key:
    return Key(f"SLUG#{validate_id(slug)}", SLUG)


def revoked_member_key(tenant_id: str, member_id: str) -> Key:
    """Return a member in the list of recent deactivations.

    The list is one for all tenants, so that one query reads it; these keys are all that it holds.
    """
    return Key(DEACTIVATED, f"TENANT#{tenant_id}#MEMBER#{member_id}")


class RateLimitKey(Key):
    """The uses of one rate limit by a member in one window of time."""

    __slots__ = ("member_id", "tenant_id")

    def __init__(self, tenant_id: str, member_id: str, limit: str, window: int) -> None:
        super().__init__(f"TENANT#{tenant_id}#MEMBER#{member_id}#{limit}#{window}", limit)
        self.tenant_id = tenant_id
        self.member_id = member_id


def attempt_key(window: Key, number: int) -> Key:
    """Return the marker of one attempt, beside the window that counted it."""
    return Key(window.partition, f"ATTEMPT#{number:09d}")


# Scheduling


def setup(tenant_id: str) -> str:
    """Return the partition of a tenant's doctors, services, resources and rules."""
    return f"TENANT#{tenant_id}#SETUP"


def doctor(doctor_id: str) -> str:
    """Return the sort key of a doctor, which names it as the owner of a calendar too."""
    return f"DOCTOR#{doctor_id}"


def service(service_id: str) -> str:
    """Return the sort key of a service."""
    return f"SERVICE#{service_id}"


def resource(resource_id: str) -> str:
    """Return the sort key of a room or a device.

    It names the owner of a calendar too.
    """
    return f"RESOURCE#{resource_id}"


def doctor_key(tenant_id: str, doctor_id: str) -> Key:
    return Key(setup(tenant_id), doctor(doctor_id))


def service_key(tenant_id: str, service_id: str) -> Key:
    return Key(setup(tenant_id), service(service_id))


def resource_key(tenant_id: str, resource_id: str) -> Key:
    return Key(setup(tenant_id), resource(resource_id))


def rules_key(tenant_id: str) -> Key:
    return Key(setup(tenant_id), RULES)


def owner(kind: Literal["doctor", "resource"], owner_id: str) -> str:
    """Return the name of a calendar's owner in keys and in stored allocations."""
    return doctor(owner_id) if kind == "doctor" else resource(owner_id)


def parse_owner(text: str) -> tuple[Literal["doctor", "resource"], str]:
    """Return the kind and the id of the stored owner of a calendar."""
    prefix, _, owner_id = text.partition("#")
    return "doctor" if prefix == "DOCTOR" else "resource", owner_id


class HourKey(Key):
    """An hour in the calendar of a doctor, a room or a device.

    `owner` as from `owner()`.
    """

    __slots__ = ("owner", "tenant_id")

    def __init__(self, tenant_id: str, owner: str, time: str) -> None:
        super().__init__(calendar_partition(tenant_id, owner), hour(owner, time))
        self.tenant_id = tenant_id
        self.owner = owner

    @property
    def doctor_id(self) -> str:
        """The doctor of the calendar."""
        return self.owner.removeprefix(doctor(""))


def calendar_partition(tenant_id: str, owner: str) -> str:
    """Return the partition of the calendar of a doctor, a room or a device."""
    return f"TENANT#{tenant_id}#TIME#{owner}"


def hour(owner: str, time: str) -> str:
    """Return the sort key of an hour in a calendar."""
    return f"{HOUR if owner.startswith(doctor('')) else 'USE'}#{time}"


# Appointments


class _AppointmentPart(Key):
    """An item in the partition of an appointment."""

    __slots__ = ("appointment_id", "tenant_id")

    def __init__(self, tenant_id: str, appointment_id: str, sort: str) -> None:
        super().__init__(f"TENANT#{tenant_id}#APPOINTMENT#{validate_id(appointment_id)}", sort)
        self.tenant_id = tenant_id
        self.appointment_id = appointment_id

    @property
    def appointment(self) -> "AppointmentKey":
        """The appointment itself."""
        return AppointmentKey(self.tenant_id, self.appointment_id)


class AppointmentKey(_AppointmentPart):
    """The key of an appointment.

    Its partition also holds its lock, revisions, drafts and history, and is its topic.
    """

    __slots__ = ()

    def __init__(self, tenant_id: str, appointment_id: str) -> None:
        super().__init__(tenant_id, appointment_id, APPOINTMENT)

    @classmethod
    def parse(cls, partition: str) -> Self:
        """Return the appointment of a stored partition.

        Raises:
            ValueError: it is not the partition of an appointment.
        """
        _, tenant_id, kind, appointment_id = partition.split("#")
        if kind != APPOINTMENT:
            raise ValueError(partition)
        return cls(tenant_id, appointment_id)


class LockKey(_AppointmentPart):
    """The lock of an appointment."""

    __slots__ = ()

    def __init__(self, tenant_id: str, appointment_id: str) -> None:
        super().__init__(tenant_id, appointment_id, LOCK)

    @classmethod
    def parse(cls, partition: str) -> Self:
        """Return the lock in a stored partition of an appointment."""
        appointment = AppointmentKey.parse(partition)
        return cls(appointment.tenant_id, appointment.appointment_id)


def revision_key(appointment: AppointmentKey, version: int) -> Key:
    """One revision of an appointment."""
    return Key(appointment.partition, revision(version))


def revision(version: int) -> str:
    """Return the sort key of a revision, in the order of the versions."""
    return f"REVISION#{version:012d}"


class DraftKey(_AppointmentPart):
    """The unsaved text of a member, beside the appointment."""

    __slots__ = ()

    def __init__(self, tenant_id: str, appointment_id: str, member_id: str) -> None:
        super().__init__(tenant_id, appointment_id, f"DRAFT#{member_id}")


def last_notified_key(tenant_id: str, appointment_id: str) -> Key:
    """Return the last notification of a patient, beside the appointment."""
    return _AppointmentPart(tenant_id, appointment_id, NOTIFICATION)


def timeline(tenant_id: str) -> str:
    """Return the index partition of a tenant's appointments in order of time."""
    return f"TENANT#{tenant_id}#TIMELINE"


def feed_key(tenant_id: str, doctor_id: str) -> Key:
    """Return the secret address of a doctor's calendar."""
    return Key(f"TENANT#{tenant_id}#FEEDS", doctor(doctor_id))


# Bookings


class HoldKey(Key):
    """A hold of a slot."""

    __slots__ = ("hold_id", "tenant_id")

    def __init__(self, tenant_id: str, hold_id: str) -> None:
        super().__init__(f"TENANT#{tenant_id}#HOLD#{validate_id(hold_id)}", HOLD)
        self.tenant_id = tenant_id
        self.hold_id = hold_id

    @classmethod
    def parse(cls, partition: str) -> Self:
        """Return the hold of a stored partition."""
        _, tenant_id, _, hold_id = partition.split("#")
        return cls(tenant_id, hold_id)


def idempotency_key(tenant_id: str, digest: str) -> Key:
    """Return the response to an earlier request, by the digest of its idempotency key."""
    return Key(f"TENANT#{tenant_id}#IDEMPOTENCY#{digest}", IDEMPOTENCY)


# Indexes of locks and holds


def deadlines(shard: int) -> str:
    """Return the index partition of one shard of the locks with a deadline, by time."""
    return f"DEADLINES#{shard}"


def deadlines_of(key: LockKey) -> str:
    """Return the shard of a lock."""
    return deadlines(zlib.crc32(key.partition.encode()) % DEADLINE_SHARDS)


def hold_deadlines(shard: int) -> str:
    """Return the index partition of one shard of the holds, in order of their ends."""
    return f"HOLD-DEADLINES#{shard}"


def hold_deadlines_of(key: HoldKey) -> str:
    """Return the shard of a hold."""
    return hold_deadlines(zlib.crc32(key.partition.encode()) % DEADLINE_SHARDS)


def deadline_sort_key(milliseconds: int) -> str:
    """Return the index sort key of an instant."""
    return f"{milliseconds:015d}"


def leases_of_member(tenant_id: str, user_id: str) -> str:
    """Return the index partition of the leases of a member, by tab."""
    return f"TENANT#{tenant_id}#HOLDER#{user_id}"


# History and statistics


def history(position: str) -> str:
    """Return the sort key of an entry of a lock's history."""
    return f"HISTORY#{position}"


def history_key(tenant_id: str, appointment_id: str, position: str) -> Key:
    """Return an entry of a lock's history, beside the lock."""
    return _AppointmentPart(tenant_id, appointment_id, history(position))


def activity(tenant_id: str) -> str:
    """Return the index partition of the history of a tenant's locks, by time."""
    return f"TENANT#{tenant_id}#ACTIVITY"


def history_of_member(tenant_id: str, user_id: str) -> str:
    """Return the index partition of the history of one member, in order of time."""
    return f"TENANT#{tenant_id}#MEMBER#{validate_id(user_id)}#HISTORY"


def history_sort_key(milliseconds: int, entry_id: str) -> str:
    """Return the index sort key of an entry of the history."""
    return f"{milliseconds:015d}#{entry_id}"


def appointment_statistics_key(tenant_id: str, appointment_id: str) -> Key:
    """Return the counters of an appointment's lock."""
    return _AppointmentPart(tenant_id, appointment_id, STATISTICS)


def member_statistics_key(tenant_id: str, member_id: str) -> Key:
    """Return the counters of a member."""
    return Key(history_of_member(tenant_id, member_id), STATISTICS)


# Connections


def ticket_key(digest: str) -> Key:
    """Return a WebSocket ticket, by its digest."""
    return Key(f"TICKET#{digest}", TICKET)


def connection(connection_id: str) -> str:
    """Return the partition of a connection, also the index of its subscriptions."""
    return f"CONNECTION#{connection_id}"


def connection_key(connection_id: str) -> Key:
    return Key(connection(connection_id), CONNECTION)


def tab_key(tenant_id: str, user_id: str, session_id: str) -> Key:
    """Return the marker of a tab that lost its last connection."""
    return Key(f"TENANT#{tenant_id}#TAB#{user_id}#{session_id}", DISCONNECTED)


def connections_of_member(tenant_id: str, user_id: str) -> str:
    """Return the index partition of the connections of a member, by tab and time."""
    return f"TENANT#{tenant_id}#CONNECTIONS#{user_id}"


def tenant_calendar_topic(tenant_id: str) -> str:
    """Return the topic of all appointments of a tenant."""
    return f"TENANT#{tenant_id}#CALENDAR"


def doctor_calendar_topic(tenant_id: str, doctor_id: str) -> str:
    """Return the topic of the appointments of one doctor."""
    return f"TENANT#{tenant_id}#DOCTOR#{validate_id(doctor_id)}#CALENDAR"


def public_slots_topic(tenant_id: str) -> str:
    """Return the topic of the taken times of a tenant, for visitors."""
    return f"TENANT#{tenant_id}#PUBLIC"
