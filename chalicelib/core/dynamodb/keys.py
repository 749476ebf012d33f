"""Every key of the table, in one place. The tenant is part of each partition key, so that no id of another
tenant can ever be reached.
"""

import re
import zlib

from chalicelib.core.http.errors import NotFound

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
# Among the subscriptions of a topic; no connection's id begins like this.
QUEUED = "#SPLIT"


def validate_id(text: str) -> str:
    """An id from a path or a frame, if it has the form of one.

    Raises:
        NotFound: anything else cannot name a thing of ours.
    """
    if not _ID.fullmatch(text):
        raise NotFound("There is nothing with this id.")
    return text


def tenant(tenant_id: str) -> str:
    return f"TENANT#{tenant_id}"


def member(user_id: str) -> str:
    return f"MEMBER#{user_id}"


def deactivated(tenant_id: str, user_id: str) -> str:
    """A member's place in the list of the lately deactivated, which is one for all tenants: it is read in one go,
    and tells of each no more than this.
    """
    return f"TENANT#{tenant_id}#MEMBER#{user_id}"


def email(address: str) -> str:
    return f"EMAIL#{address.lower()}"


def slug(name: str) -> str:
    return f"SLUG#{validate_id(name)}"


def doctor(doctor_id: str) -> str:
    return f"DOCTOR#{doctor_id}"


def service(service_id: str) -> str:
    return f"SERVICE#{service_id}"


def setup(tenant_id: str) -> str:
    """The partition that holds all that a practice has set up, beside its rules of booking."""
    return f"TENANT#{tenant_id}#SETUP"


def resource(resource_id: str) -> str:
    return f"RESOURCE#{resource_id}"


def calendar_partition(tenant_id: str, owner: str) -> str:
    """The partition of a doctor's, a room's or a device's time; the owner by its own key."""
    return f"TENANT#{tenant_id}#TIME#{owner}"


def calendar_owner(partition: str) -> tuple[str, str]:
    """The tenant's id and the owner's key of such a partition."""
    _, tenant_id, _, kind, owner_id = partition.split("#")
    return tenant_id, f"{kind}#{owner_id}"


# The stream follows the hours of doctors alone.
HOUR = "HOUR"


def hour(owner: str, hour: str) -> str:
    """An hour's place in its owner's time."""
    return f"{HOUR if owner.startswith(doctor('')) else 'USE'}#{hour}"


HOLD = "HOLD"
IDEMPOTENCY = "IDEMPOTENCY"


def hold(tenant_id: str, hold_id: str) -> str:
    """The partition of one hold."""
    return f"TENANT#{tenant_id}#HOLD#{validate_id(hold_id)}"


def hold_of(partition: str) -> tuple[str, str]:
    """The tenant's and the hold's id of such a partition."""
    _, tenant_id, _, hold_id = partition.split("#")
    return tenant_id, hold_id


def idempotency(tenant_id: str, digest: str) -> str:
    """The partition of what was answered to a request, by the digest of its key."""
    return f"TENANT#{tenant_id}#IDEMPOTENCY#{digest}"


def appointment(tenant_id: str, appointment_id: str) -> str:
    """The partition of one appointment: the record, its lock, its revisions and its drafts."""
    return f"TENANT#{tenant_id}#APPOINTMENT#{validate_id(appointment_id)}"


def appointment_of(partition: str) -> tuple[str, str]:
    """The tenant's and the appointment's id of such a partition."""
    _, tenant_id, _, appointment_id = partition.split("#")
    return tenant_id, appointment_id


def is_appointment(partition: str) -> bool:
    """Whether a partition is an appointment's."""
    return partition.split("#")[2] == "APPOINTMENT"


def feeds(tenant_id: str) -> str:
    """The partition that holds the secret addresses of a tenant's doctors' calendars, by doctor."""
    return f"TENANT#{tenant_id}#FEEDS"


def timeline(tenant_id: str) -> str:
    """The index partition that holds a tenant's appointments in order of time."""
    return f"TENANT#{tenant_id}#TIMELINE"


# How many index partitions the deadlines are spread over, so that no single one takes every write.
DEADLINE_SHARDS = 8


def deadlines(shard: int) -> str:
    """The index partition that holds one shard of the locks with something due, in order of time."""
    return f"DEADLINES#{shard}"


def deadlines_of(partition: str) -> str:
    """The shard of an appointment's lock."""
    return deadlines(zlib.crc32(partition.encode()) % DEADLINE_SHARDS)


def hold_deadlines(shard: int) -> str:
    """The index partition that holds one shard of the holds, in order of their ends."""
    return f"HOLD-DEADLINES#{shard}"


def hold_deadlines_of(partition: str) -> str:
    """The shard of a hold."""
    return hold_deadlines(zlib.crc32(partition.encode()) % DEADLINE_SHARDS)


def deadline_sort_key(milliseconds: int) -> str:
    """An instant in the order of the deadlines."""
    return f"{milliseconds:015d}"


def leases_of_member(tenant_id: str, user_id: str) -> str:
    """The index partition that holds the locks that a member has, by tab."""
    return f"TENANT#{tenant_id}#HOLDER#{user_id}"


def tab(tenant_id: str, user_id: str, session_id: str) -> str:
    """What is remembered of one tab."""
    return f"TENANT#{tenant_id}#TAB#{user_id}#{session_id}"


def connections_of_member(tenant_id: str, user_id: str) -> str:
    """The index partition that holds the connections of a member, by tab and time."""
    return f"TENANT#{tenant_id}#CONNECTIONS#{user_id}"


def tenant_calendar_topic(tenant_id: str) -> str:
    """The topic of all appointments of a practice."""
    return f"TENANT#{tenant_id}#CALENDAR"


def doctor_calendar_topic(tenant_id: str, doctor_id: str) -> str:
    """The topic of one doctor's appointments."""
    return f"TENANT#{tenant_id}#DOCTOR#{validate_id(doctor_id)}#CALENDAR"


def public_slots_topic(tenant_id: str) -> str:
    """The topic of what visitors may know: which times are taken."""
    return f"TENANT#{tenant_id}#PUBLIC"


def rate_limit_window(tenant_id: str, user_id: str, name: str, number: int) -> str:
    """What a member has spent of one limit in one window of time; `name` is the sort key too."""
    return f"TENANT#{tenant_id}#MEMBER#{user_id}#{name}#{number}"


def tenant_of_window(partition: str) -> str:
    """The tenant's id of such a partition."""
    return partition.split("#")[1]


def ticket(digest: str) -> str:
    return f"TICKET#{digest}"


def connection(connection_id: str) -> str:
    return f"CONNECTION#{connection_id}"


def revision(version: int) -> str:
    return f"REVISION#{version:012d}"


def draft(user_id: str) -> str:
    """A member's own place beside an appointment, for unsaved text."""
    return f"DRAFT#{user_id}"


def history(position: str) -> str:
    """One entry of a lock's history, beside the lock."""
    return f"HISTORY#{position}"


def activity(tenant_id: str) -> str:
    """The index partition that holds what happened to all locks of a tenant, in order of time."""
    return f"TENANT#{tenant_id}#ACTIVITY"


def history_of_member(tenant_id: str, user_id: str) -> str:
    """The index partition that holds one member's part of the history, in order of time."""
    return f"TENANT#{tenant_id}#MEMBER#{validate_id(user_id)}#HISTORY"


def history_sort_key(milliseconds: int, entry_id: str) -> str:
    """An entry's place in the order of time."""
    return f"{milliseconds:015d}#{entry_id}"


def attempt_marker(number: int) -> str:
    """The mark of one attempt, beside the window that counted it."""
    return f"ATTEMPT#{number:09d}"
