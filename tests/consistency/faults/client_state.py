"""A client's member, tab and memory: what a page knows, and no more."""

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.core.clock import utc_now
from chalicelib.core.security.tokens import Principal, Role
from chalicelib.locking.model import Tab

# Short beside the skew of clocks, so that leases end early and late, and long beside a call.
LEASES = tuple(timedelta(milliseconds=lease) for lease in (300, 1200, 5000))


@dataclass(frozen=True)
class ClientIdentity:
    """Where a client works: one of several seats, taken by one process after another."""

    worker: int
    incarnation: int
    seed: int
    tenant_id: str
    member_id: str
    role: Role
    tab_id: str
    skew_ms: int
    appointments: tuple[str, ...]

    @property
    def client(self) -> str:
        """The client's name, which no other has."""
        return f"{self.worker}-{self.incarnation}"


@dataclass
class KnownAppointment:
    """What the client last saw of one appointment."""

    lock_id: str | None = None
    lock_version: int | None = None
    requested_by: str | None = None
    version: int = 1
    notes: str = ""


@dataclass
class ClientState:
    """One client at work. `now` is the clock's reading for the operation that it is about to begin."""

    identity: ClientIdentity
    rng: random.Random
    now: datetime = field(default_factory=utc_now)
    appointments: dict[str, KnownAppointment] = field(default_factory=dict)
    old_lock_ids: deque[str] = field(default_factory=lambda: deque(["nobody.never-a-lock"], maxlen=4))
    number: int = 0

    @property
    def principal(self) -> Principal:
        place = self.identity
        name = place.member_id.title()
        return Principal(place.tenant_id, place.member_id, f"{place.member_id}@faults.test", name, place.role)

    @property
    def tab(self) -> Tab:
        return Tab(self.principal, self.identity.tab_id)

    @property
    def operation_id(self) -> str:
        """A name for the present operation."""
        return f"{self.identity.client}/{self.number}"

    def clock(self) -> datetime:
        """The same reading for the whole of an operation, as it was written down."""
        return self.now

    def read_clock(self, offset: timedelta) -> None:
        """Read the client's wrong clock, which all together may have leapt forward."""
        self.now = utc_now() + offset + timedelta(milliseconds=self.identity.skew_ms)

    def appointment(self, appointment: str) -> KnownAppointment:
        """What it saw of an appointment."""
        return self.appointments.setdefault(appointment, KnownAppointment())

    def remember_lock(self, appointment: str, lock_id: str, version: int) -> None:
        """Remember a lock as its own."""
        seen = self.appointment(appointment)
        seen.lock_id, seen.lock_version = lock_id, version
        if lock_id not in self.old_lock_ids:
            self.old_lock_ids.append(lock_id)

    def forget_lock(self, appointment: str) -> None:
        """Forget that a lock is its own. Its id may still be used by mistake."""
        self.appointment(appointment).lock_id = None

    def pick_lock_id(self, appointment: str) -> str:
        """The lock id to use: mostly the right one."""
        present = self.appointment(appointment).lock_id
        if present is None or self.rng.random() < 0.1:
            return self.rng.choice(list(self.old_lock_ids))
        return present

    def pick_expected_version(self, appointment: str) -> int | None:
        """A version to expect, or None for not caring."""
        return self.appointment(appointment).lock_version if self.rng.random() < 0.3 else None
