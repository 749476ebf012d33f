"""A client's memory: a patient's pages and a member's calendar in one, and no more than they show."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.appointments.model.appointment import Patient
from chalicelib.booking.model.booking import BookingForm
from chalicelib.core.clock import IdFactory, utc_now
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Tab
from tests.consistency.bookings.tenant import BookingTenant

_MAX_HOLDS = 6


@dataclass(frozen=True)
class ClientIdentity:
    """Where a client sits, in whose practice, and by how much its clock is wrong."""

    worker: int
    incarnation: int
    seed: int
    tenant: BookingTenant
    skew_ms: int

    @property
    def client(self) -> str:
        """The client's name, which no other has."""
        return f"{self.worker}-{self.incarnation}"


@dataclass
class KnownHold:
    """A hold that the client has, or may have: it was not always told. The booking is always asked for alike."""

    form: BookingForm
    key: str
    start: datetime


@dataclass
class KnownAppointment:
    """An appointment as the client last saw it on the calendar, and the lock on it, if it has one."""

    version: int
    doctor: str
    start: datetime
    status: str
    lock_id: str | None = None


@dataclass
class ClientState:
    """One client at work. `now` is the clock's reading for the operation that it is about to begin."""

    identity: ClientIdentity
    rng: random.Random
    now: datetime = field(default_factory=utc_now)
    number: int = 0
    holds: list[KnownHold] = field(default_factory=list)
    booked: list[KnownHold] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    appointments: dict[str, KnownAppointment] = field(default_factory=dict)

    @property
    def operation_id(self) -> str:
        """A name for the present operation, which is also the id of what it makes."""
        return f"{self.identity.client}_{self.number}"

    @property
    def principal(self) -> Principal:
        """The client as a member."""
        client = self.identity.client
        return Principal(self.identity.tenant.tenant_id, client, f"{client}@bookings.test", client, "staff")

    @property
    def tab(self) -> Tab:
        """Its one tab."""
        return Tab(self.principal, f"{self.identity.client:->16}")

    @property
    def patient(self) -> Patient:
        """The client as a patient."""
        return Patient(self.identity.client, f"{self.identity.client}@patients.test")

    def ids(self, suffix: str = "") -> IdFactory:
        """What the present operation's new thing is called."""
        name = self.operation_id + suffix
        return lambda: name

    def clock(self) -> datetime:
        """The same reading for the whole of an operation, as it was written down."""
        return self.now

    def read_clock(self, offset: timedelta) -> None:
        """Read the client's wrong clock, which all together may have leapt forward."""
        self.now = utc_now() + offset + timedelta(milliseconds=self.identity.skew_ms)

    def remember_hold(self, kept: KnownHold) -> None:
        """Remember a hold."""
        self.holds = [*self.holds, kept][-_MAX_HOLDS:]
