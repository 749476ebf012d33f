"""What a client of the bookings suite knows: what its patient and its member have seen."""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.appointments.model.appointment import Patient
from chalicelib.booking.model.booking import BookingForm
from chalicelib.core.clock import IdFactory
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Tab
from tests.consistency.bookings.tenant import BookingTenant
from tests.consistency.harness import client

_MAX_HOLDS = 6


@dataclass(frozen=True)
class ClientIdentity(client.ClientIdentity):
    """A process that acts as a patient and as a member of one tenant."""

    tenant: BookingTenant


@dataclass
class KnownHold:
    """A hold that the client has, or may have, since a response may be lost; its booking is always the same."""

    form: BookingForm
    key: str
    start: datetime


@dataclass
class KnownAppointment:
    """The client's last knowledge of an appointment, and its lock on it."""

    version: int
    doctor: str
    start: datetime
    status: str
    lock_id: str | None = None


@dataclass
class ClientState(client.ClientState):
    """A client at work."""

    identity: ClientIdentity
    holds: list[KnownHold] = field(default_factory=list)
    booked: list[KnownHold] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    appointments: dict[str, KnownAppointment] = field(default_factory=dict)

    @property
    def operation_id(self) -> str:
        """A name for the present operation, which is the id of what it makes."""
        return f"{self.identity.name}_{self.number}"

    @property
    def principal(self) -> Principal:
        """The client as a member."""
        name = self.identity.name
        return Principal(self.identity.tenant.tenant_id, name, f"{name}@bookings.test", name, "staff")

    @property
    def tab(self) -> Tab:
        """The member's only tab."""
        return Tab(self.principal, f"{self.identity.name:->16}")

    @property
    def patient(self) -> Patient:
        """The client as a patient."""
        return Patient(self.identity.name, f"{self.identity.name}@patients.test")

    def ids(self, suffix: str = "") -> IdFactory:
        """Return the ids that the present operation gives."""
        name = self.operation_id + suffix
        return lambda: name

    def remember_hold(self, hold: KnownHold) -> None:
        """Remember a hold."""
        self.holds = [*self.holds, hold][-_MAX_HOLDS:]
