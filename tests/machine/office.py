"""The product as the machine uses it: the real services, at the machine's own time."""

from datetime import datetime
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.accounts.model import LockPolicy
from chalicelib.appointments.service import saving
from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import from_ms
from chalicelib.core.settings import settings
from chalicelib.locking.model import Tab, rules
from chalicelib.locking.model.timers import Timer
from chalicelib.locking.service import deadlines, waiting
from tests.driver.aws import REGION, client
from tests.machine.nouns import At, Policy, Who

Record = dict[str, Any]


class Office:
    """One practice on moto. `now` is in milliseconds, and is set before each step; `secret` names new lock ids."""

    def __init__(self, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self.now = 0
        self.secret = ""
        self.sent: list[Timer] = []
        self._dynamodb = client("dynamodb")

    def clock(self) -> datetime:
        """The clock, as services take it."""
        return from_ms(self.now)

    def ids(self) -> str:
        """The source of ids, as services take it."""
        return self.secret

    def lock_id(self) -> str:
        """The lock id that a hold gets which begins now."""
        return f"{self.tenant_id}.{self.secret}"

    def principal(self, who: Who) -> Principal:
        """A member as the services see them."""
        return Principal(self.tenant_id, who.user_id, who.email, who.name, "admin" if who.is_admin else "staff")

    def tab(self, at: At) -> Tab:
        """A tab as the services see it."""
        return Tab(self.principal(at.who), at.session)

    def partition(self, appointment: str) -> str:
        """Where an appointment's lock is."""
        return keys.appointment(self.tenant_id, appointment)

    def request(self, at: At, appointment: str, message: str, policy: Policy) -> None:
        """Ask for control, where the practice has this policy."""
        chosen = LockPolicy("grant" if policy.grants else "lapse", admins_first=policy.admins_first)
        waiting.request(self.tab(at), appointment, message=message, policy=chosen, clock=self.clock)

    def answer(self, who: Who, lock_id: str, named: str | None, word: str | None) -> rules.Answer:
        """A holder's answer to who asks."""
        return rules.Answer(self.principal(who), lock_id, named, word)

    def save(self, who: Who, appointment: str, lock_id: str, version: int) -> None:
        """Save something under this lock id."""
        changes = {"title": f"as of {version}"}
        saving.save(
            self.principal(who), appointment, lock_id=lock_id, version=version, changes=changes, clock=self.clock
        )

    def remove(self, appointment: str) -> None:
        """What DynamoDB does with an item whose time has come."""
        key = {"pk": {"S": self.partition(appointment)}, "sk": {"S": keys.LOCK}}
        self._dynamodb.delete_item(TableName=settings().table_name, Key=key)

    def changes(self) -> list[Record]:
        """The stream's records of locks since this was asked last. They are taken from moto itself, which copies
        the whole table with all that is in its stream for every transaction, so that both must stay small.
        """
        stream = self._table().stream_shard.items
        records: list[Record] = [one.to_json()["dynamodb"] for one in stream]
        stream.clear()
        return [one for one in records if one["Keys"]["sk"]["S"] == keys.LOCK]

    def begin_anew(self, appointments: list[str]) -> None:
        """Forget all messages and all appointments but these."""
        self.sent.clear()
        self.changes()
        items, kept = self._table().items, {self.partition(one) for one in appointments}
        for key in [one for one in items if "#APPOINTMENT#" in one.value and one.value not in kept]:
            del items[key]

    def _table(self) -> Any:
        return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(settings().table_name)

    def follow_up(self, record: Record) -> None:
        """Deliver a stream record."""
        partition = record["Keys"]["pk"]["S"]
        old, new = record.get("OldImage"), record.get("NewImage")
        deadlines.follow_up(partition, old, new, queue=self, clock=self.clock)

    def send(self, timer: Timer, now: datetime) -> None:
        """The queue of timers: messages stay here until the machine delivers them."""
        del now
        self.sent.append(timer)

    def ring(self, timer: Timer) -> None:
        """Deliver a timer's message."""
        deadlines.ring(timer, self, clock=self.clock, ids=self.ids)
