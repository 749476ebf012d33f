"""The product's services, on moto, at the machine's own time."""

from datetime import datetime
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.accounts.model import LockPolicy
from chalicelib.appointments.service import saving
from chalicelib.core.clock import from_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.events.deadline_queue import Deadline
from chalicelib.core.security.tokens import Principal
from chalicelib.core.settings import settings
from chalicelib.locking.model import Tab, rules
from chalicelib.locking.service import control, deadlines
from tests.app_client.aws import REGION, client
from tests.machine.model_types import ModelMember, ModelPolicy, ModelTab

StreamRecord = dict[str, Any]


class SystemUnderTest:
    """One tenant on moto. Each step sets `now`, in milliseconds, and `next_id`, the next lock id."""

    def __init__(self, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self.now = 0
        self.next_id = ""
        self.pending_timers: list[Deadline] = []
        self._dynamodb = client("dynamodb")

    def clock(self) -> datetime:
        """Return the time, as a clock of the services."""
        return from_ms(self.now)

    def ids(self) -> str:
        """Return the next id, as an id factory of the services."""
        return self.next_id

    def lock_id(self) -> str:
        """Return the lock id of a lease that starts now."""
        return f"{self.tenant_id}.{self.next_id}"

    def principal(self, member: ModelMember) -> Principal:
        """Return a member as services see it."""
        return Principal(
            self.tenant_id, member.member_id, member.email, member.name, "admin" if member.is_admin else "staff"
        )

    def tab(self, at: ModelTab) -> Tab:
        """Return a tab as services see it."""
        return Tab(self.principal(at.member), at.tab_id)

    def partition(self, appointment: str) -> str:
        """Return the partition of an appointment's lock."""
        return keys.AppointmentKey(self.tenant_id, appointment).partition

    def request(self, at: ModelTab, appointment: str, message: str, policy: ModelPolicy) -> None:
        """Request control under this policy."""
        chosen = LockPolicy("grant" if policy.grant_on_timeout else "lapse", admins_first=policy.admins_first)
        control.request_control(self.tab(at), appointment, message=message, policy=chosen, clock=self.clock)

    def control_response(
        self, member: ModelMember, lock_id: str, named: str | None, word: str | None
    ) -> rules.ControlResponse:
        """Return a holder's response to a waiter."""
        return rules.ControlResponse(self.principal(member), lock_id, named, word)

    def save(self, member: ModelMember, appointment: str, lock_id: str, version: int) -> None:
        """Save a title with this lock id."""
        changes = {"title": f"as of {version}"}
        saving.save(
            self.principal(member),
            appointment,
            lock_id=lock_id,
            version=version,
            changes=changes,
            clock=self.clock,
        )

    def delete_lock_item(self, appointment: str) -> None:
        """Delete the lock's item, as TTL does."""
        key = {"pk": {"S": self.partition(appointment)}, "sk": {"S": keys.LOCK}}
        self._dynamodb.delete_item(TableName=settings().table_name, Key=key)

    def changes(self) -> list[StreamRecord]:
        """Return the new stream records of locks, and clear the stream.

        They are taken from moto itself, which copies table and stream for each transaction, so that both must stay
        small.
        """
        stream = self._table().stream_shard.items
        records: list[StreamRecord] = [one.to_json()["dynamodb"] for one in stream]
        stream.clear()
        return [one for one in records if one["Keys"]["sk"]["S"] == keys.LOCK]

    def reset(self, appointments: list[str]) -> None:
        """Remove all messages, and all appointments but these."""
        self.pending_timers.clear()
        self.changes()
        items, kept = self._table().items, {self.partition(one) for one in appointments}
        for key in [one for one in items if "#APPOINTMENT#" in one.value and one.value not in kept]:
            del items[key]

    def _table(self) -> Any:
        return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(settings().table_name)

    def deliver_record(self, record: StreamRecord) -> None:
        """Deliver a stream record."""
        key = keys.LockKey.parse(record["Keys"]["pk"]["S"])
        old, new = record.get("OldImage"), record.get("NewImage")
        deadlines.on_change(key, old, new, queue=self, clock=self.clock)

    def send(self, deadline: Deadline, now: datetime) -> None:
        """Keep a message until the machine delivers it."""
        del now
        self.pending_timers.append(deadline)

    def deliver_timer(self, timer: Deadline) -> None:
        """Deliver a deadline's message."""
        deadlines.on_deadline(timer, self, clock=self.clock, ids=self.ids)
