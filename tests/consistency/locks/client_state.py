"""What a client of the locks suite knows: no more than a page does."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.core.security.tokens import Principal, Role
from chalicelib.locking.model import Tab
from tests.consistency.harness import client

# Short beside the skew of clocks, so that leases end early and late, and long beside a call.
LEASES = tuple(timedelta(milliseconds=lease) for lease in (300, 1200, 5000))


@dataclass(frozen=True)
class ClientIdentity(client.ClientIdentity):
    """A process that acts as one member in one tab."""

    tenant_id: str
    member_id: str
    role: Role
    tab_id: str
    appointments: tuple[str, ...]


@dataclass
class KnownAppointment:
    """The client's last knowledge of an appointment."""

    lock_id: str | None = None
    lock_version: int | None = None
    requested_by: str | None = None
    version: int = 1
    notes: str = ""


@dataclass
class ClientState(client.ClientState):
    """A client at work."""

    identity: ClientIdentity
    appointments: dict[str, KnownAppointment] = field(default_factory=dict)
    old_lock_ids: deque[str] = field(default_factory=lambda: deque(["nobody.never-a-lock"], maxlen=4))

    @property
    def principal(self) -> Principal:
        identity = self.identity
        name, email = identity.member_id.title(), f"{identity.member_id}@faults.test"
        return Principal(identity.tenant_id, identity.member_id, email, name, identity.role)

    @property
    def tab(self) -> Tab:
        return Tab(self.principal, self.identity.tab_id)

    @property
    def operation_id(self) -> str:
        """A name for the present operation, unique in a run."""
        return f"{self.identity.name}/{self.number}"

    def appointment(self, appointment: str) -> KnownAppointment:
        """Return what the client knows of an appointment."""
        return self.appointments.setdefault(appointment, KnownAppointment())

    def remember_lock(self, appointment: str, lock_id: str, version: int) -> None:
        """Remember a lock as the client's own."""
        known = self.appointment(appointment)
        known.lock_id, known.lock_version = lock_id, version
        if lock_id not in self.old_lock_ids:
            self.old_lock_ids.append(lock_id)

    def forget_lock(self, appointment: str) -> None:
        """Forget a lock. Its id may still be used by mistake."""
        self.appointment(appointment).lock_id = None

    def pick_lock_id(self, appointment: str) -> str:
        """Return a lock id to use: mostly the right one."""
        present = self.appointment(appointment).lock_id
        if present is None or self.rng.random() < 0.1:
            return self.rng.choice(list(self.old_lock_ids))
        return present

    def pick_expected_version(self, appointment: str) -> int | None:
        """Return a version to expect, or None for any."""
        return self.appointment(appointment).lock_version if self.rng.random() < 0.3 else None
