"""The lock of one appointment on paper: what the contract promises, put as plainly as it can be."""

from dataclasses import dataclass, field

from tests.machine.model_types import (
    DAY,
    HOUR,
    LEASE,
    REQUEST_TIMEOUT,
    RESERVATION_TIMEOUT,
    ModelLease,
    ModelMember,
    ModelTab,
    ModelWaiter,
    View,
)


@dataclass
class ReferenceLock:
    """What is written of one lock. `kept` is the version that outlives the lock's item once TTL removed it."""

    is_there: bool = False
    written: int = 0
    last_version: int = 0
    changed: int = 0
    lease: ModelLease | None = None
    waitlist: list[ModelWaiter] = field(default_factory=list)
    request_expires: int | None = None
    reservation_expires: int | None = None
    by: tuple[ModelMember, str | None] | None = None
    # Every change, oldest first: its version and cause.
    causes: list[tuple[int, str]] = field(default_factory=list)

    @property
    def version(self) -> int:
        """What lock-status says."""
        return self.written if self.is_there else self.last_version

    @property
    def ttl(self) -> int:
        """From when DynamoDB may remove the item."""
        return self.lease.expires + HOUR if self.lease else self.changed + 30 * DAY

    @property
    def due(self) -> int | None:
        """When the next thing falls due."""
        if self.lease is None:
            return self.reservation_expires
        return min(self.lease.expires, self.request_expires or self.lease.expires)

    def live_lease(self, now: int) -> ModelLease | None:
        """The hold, if its lease runs; the deadline itself still belongs to the holder."""
        return self.lease if self.lease and now <= self.lease.expires else None

    def waitlist_at(self, now: int) -> tuple[list[ModelWaiter], int]:
        """Who waits for the free lock, and how long it is the first one's turn, if all was settled when due."""
        line, until = self.waitlist, self.reservation_expires or 0
        if self.lease:
            line, until = self.connected_waiters(), self.lease.expires + RESERVATION_TIMEOUT
        while line and until < now:
            line, until = [one for one in line[1:] if one.disconnected is None], until + RESERVATION_TIMEOUT
        return line, until

    def is_by(self, who: ModelMember) -> bool:
        """Whether they made the last change."""
        return self.by is not None and self.by[0] == who

    def connected_waiters(self) -> list[ModelWaiter]:
        """Who waits and is connected."""
        return [one for one in self.waitlist if one.disconnected is None]

    def write(self, cause: str, now: int, by: ModelMember | None = None, word: str | None = None) -> None:
        """One change: the version grows by one; a new item's begins at the clock, above all that was."""
        self.written = self.written + 1 if self.is_there else max(now, self.last_version + 1)
        self.is_there, self.changed = True, now
        self.by = (by, word or None) if by else None
        self.causes.append((self.written, cause))

    def start_lease(
        self,
        tab: ModelTab,
        lock_id: str,
        cause: str,
        now: int,
        by: ModelMember | None = None,
        word: str | None = None,
    ) -> None:
        """A new hold; its holder waits no longer, and a new holder is asked anew by who waits."""
        before = self.live_lease(now)
        answer_by = self.request_expires if before and before.tab.member == tab.member else None
        self.lease = ModelLease(lock_id, tab, now, now, now + LEASE)
        self.waitlist = [one for one in self.waitlist if one.tab.member != tab.member]
        self.request_expires, self.reservation_expires = (
            ((answer_by or now + REQUEST_TIMEOUT) if self.waitlist else None),
            None,
        )
        self.write(cause, now, by, word)

    def end_lease(self, cause: str, now: int, by: ModelMember | None = None, word: str | None = None) -> None:
        """The hold ends; it is the turn of the first who is connected."""
        self.lease, self.waitlist = None, self.connected_waiters()
        self.request_expires, self.reservation_expires = (
            None,
            (now + RESERVATION_TIMEOUT if self.waitlist else None),
        )
        self.write(cause, now, by, word)

    def set_waitlist(
        self, line: list[ModelWaiter], cause: str, now: int, by: ModelMember | None = None, word: str | None = None
    ) -> None:
        """Another line. Who is first anew has the whole time before them."""
        first_stays = [one.tab.member for one in line[:1]] == [one.tab.member for one in self.waitlist[:1]]
        self.waitlist = line
        if not first_stays and not self.lease:
            self.waitlist = line = self.connected_waiters()
        if not first_stays:
            self.request_expires = now + REQUEST_TIMEOUT if line and self.lease else None
            self.reservation_expires = now + RESERVATION_TIMEOUT if line and not self.lease else None
        self.write(cause, now, by, word)

    def remove(self) -> int:
        """TTL removes the item; the version to keep, one more if that ended a hold."""
        last = self.written + 1 if self.lease else self.written
        self.is_there, self.lease, self.waitlist, self.request_expires, self.reservation_expires = (
            False,
            None,
            [],
            None,
            None,
        )
        return last

    def apply_due_transitions(self, now: int, lock_id: str) -> None:
        """All that is due, one thing after the other."""
        while self._apply_due_transition(now, lock_id):
            pass

    def _apply_due_transition(self, now: int, lock_id: str) -> bool:
        due = self.due
        if due is None or due >= now:
            return False
        if self.lease is None:
            self.waitlist = self.waitlist[1:]
            self.waitlist = self.connected_waiters()
            self.reservation_expires = now + RESERVATION_TIMEOUT if self.waitlist else None
            self.write("passed_over", now)
        elif self.lease.expires < now:
            self.end_lease("expired", now)
        elif self.waitlist[0].granted_on_timeout and self.waitlist[0].disconnected is None:
            self.start_lease(self.waitlist[0].tab, lock_id, "granted", now)
        else:
            self.set_waitlist(self.waitlist[1:], "lapsed", now)
        return True

    def view(self, viewer: ModelMember | None, session: str | None = None) -> View | None:
        """The lock as a member sees it, in any tab or in this one."""
        return None if self.lease is None else _Viewer(viewer, session).view(self.lease, self)

    def live_view(self, viewer: ModelMember | None, now: int, session: str | None = None) -> View | None:
        """The same while the lease runs."""
        return self.view(viewer, session) if self.live_lease(now) else None

    def status(self, viewer: ModelMember, now: int, session: str | None = None) -> View:
        """Lock-status."""
        state = "unlocked"
        if self.lease:
            mine = "locked_by_user" if self.lease.tab.member == viewer else "locked_by_other"
            state = mine if self.live_lease(now) else "expired"
        return {"state": state, "lock": self.live_view(viewer, now, session), "version": self.version}


@dataclass
class _Viewer:
    viewer: ModelMember | None
    session: str | None

    def owns(self, tab: ModelTab) -> bool:
        return tab.member == self.viewer and self.session in (None, tab.tab_id)

    def view(self, hold: ModelLease, sheet: ReferenceLock) -> View:
        own = self.owns(hold.tab)
        return {
            **hold.tab.member.view(),
            "version": sheet.version,
            "lock_id": hold.lock_id if own else None,
            "session": hold.tab.tab_id if own else None,
            "acquired": hold.acquired,
            "renewed": hold.renewed,
            "expires": hold.expires,
            "asked": self._request_view(hold, sheet),
        }

    def _request_view(self, hold: ModelLease, sheet: ReferenceLock) -> View | None:
        if not sheet.waitlist:
            return None
        first = sheet.waitlist[0]
        session = first.tab.tab_id if self.owns(first.tab) else None
        return {
            **first.tab.member.view(),
            "session": session,
            "message": first.message if self.viewer in (first.tab.member, hold.tab.member) else "",
            "until": sheet.request_expires,
        }
