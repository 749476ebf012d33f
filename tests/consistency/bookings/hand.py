"""A client's memory: a patient's pages and a member's calendar in one, and no more than they show."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.appointments.model import BookingForm, Patient
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Ids, utc_now
from chalicelib.locking.model import Tab
from tests.consistency.bookings.practice import Practice

_REMEMBERED = 6


@dataclass(frozen=True)
class Seat:
    """Where a client sits, in whose practice, and by how much its clock is wrong."""

    seat: int
    incarnation: int
    seed: int
    practice: Practice
    skew_ms: int

    @property
    def client(self) -> str:
        """The client's name, which no other has."""
        return f"{self.seat}-{self.incarnation}"


@dataclass
class Kept:
    """A hold that the client has, or may have: it was not always told. The booking is always asked for alike."""

    form: BookingForm
    key: str
    start: datetime


@dataclass
class Seen:
    """An appointment as the client last saw it on the calendar, and the lock on it, if it has one."""

    version: int
    doctor: str
    start: datetime
    status: str
    lock_id: str | None = None


@dataclass
class Hand:
    """One client at work. `now` is the clock's reading for the operation that it is about to begin."""

    seat: Seat
    chance: random.Random
    now: datetime = field(default_factory=utc_now)
    number: int = 0
    holds: list[Kept] = field(default_factory=list)
    booked: list[Kept] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """A name for the present operation, which is also the id of what it makes."""
        return f"{self.seat.client}_{self.number}"

    @property
    def principal(self) -> Principal:
        """The client as a member."""
        client = self.seat.client
        return Principal(self.seat.practice.tenant_id, client, f"{client}@bookings.test", client, "staff")

    @property
    def tab(self) -> Tab:
        """Its one tab."""
        return Tab(self.principal, f"{self.seat.client:->16}")

    @property
    def patient(self) -> Patient:
        """The client as a patient."""
        return Patient(self.seat.client, f"{self.seat.client}@patients.test")

    def ids(self, suffix: str = "") -> Ids:
        """What the present operation's new thing is called."""
        name = self.mark + suffix
        return lambda: name

    def clock(self) -> datetime:
        """The same reading for the whole of an operation, as it was written down."""
        return self.now

    def looks_at_clock(self, leap: timedelta) -> None:
        """Read the client's wrong clock, which all together may have leapt forward."""
        self.now = utc_now() + leap + timedelta(milliseconds=self.seat.skew_ms)

    def keeps(self, kept: Kept) -> None:
        """Remember a hold."""
        self.holds = [*self.holds, kept][-_REMEMBERED:]
