"""A client's member, tab and memory: what a page knows, and no more."""

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.core.auth import Principal, Role
from chalicelib.core.clock import utc_now
from chalicelib.locking.model import Tab

# Short beside the skew of clocks, so that leases end early and late, and long beside a call.
LEASES = tuple(timedelta(milliseconds=lease) for lease in (300, 1200, 5000))


@dataclass(frozen=True)
class Place:
    """Where a client works: one of several seats, taken by one process after another."""

    seat: int
    incarnation: int
    seed: int
    tenant_id: str
    user: str
    role: Role
    session: str
    skew_ms: int
    appointments: tuple[str, ...]

    @property
    def client(self) -> str:
        """The client's name, which no other has."""
        return f"{self.seat}-{self.incarnation}"


@dataclass
class Seen:
    """What the client last saw of one appointment."""

    lock_id: str | None = None
    lock_version: int | None = None
    asked_by: str | None = None
    version: int = 1
    notes: str = ""


@dataclass
class Hand:
    """One client at work. `now` is the clock's reading for the operation that it is about to begin."""

    place: Place
    chance: random.Random
    now: datetime = field(default_factory=utc_now)
    seen: dict[str, Seen] = field(default_factory=dict)
    old_lock_ids: deque[str] = field(default_factory=lambda: deque(["nobody.never-a-lock"], maxlen=4))
    number: int = 0

    @property
    def principal(self) -> Principal:
        place = self.place
        name = place.user.title()
        return Principal(place.tenant_id, place.user, f"{place.user}@faults.test", name, place.role)

    @property
    def tab(self) -> Tab:
        return Tab(self.principal, self.place.session)

    @property
    def mark(self) -> str:
        """A name for the present operation."""
        return f"{self.place.client}/{self.number}"

    def clock(self) -> datetime:
        """The same reading for the whole of an operation, as it was written down."""
        return self.now

    def looks_at_clock(self, leap: timedelta) -> None:
        """Read the client's wrong clock, which all together may have leapt forward."""
        self.now = utc_now() + leap + timedelta(milliseconds=self.place.skew_ms)

    def knows(self, appointment: str) -> Seen:
        """What it saw of an appointment."""
        return self.seen.setdefault(appointment, Seen())

    def takes(self, appointment: str, lock_id: str, version: int) -> None:
        """Remember a lock as its own."""
        seen = self.knows(appointment)
        seen.lock_id, seen.lock_version = lock_id, version
        if lock_id not in self.old_lock_ids:
            self.old_lock_ids.append(lock_id)

    def loses(self, appointment: str) -> None:
        """Forget that a lock is its own. Its id may still be used by mistake."""
        self.knows(appointment).lock_id = None

    def lock_id(self, appointment: str) -> str:
        """The lock id to use: mostly the right one."""
        present = self.knows(appointment).lock_id
        if present is None or self.chance.random() < 0.1:
            return self.chance.choice(list(self.old_lock_ids))
        return present

    def expected_version(self, appointment: str) -> int | None:
        """A version to expect, or None for not caring."""
        return self.knows(appointment).lock_version if self.chance.random() < 0.3 else None
