"""The reference model of one appointment's lock: the contract, as plainly as possible."""

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
    """The state of one lock. `last_version` outlives the item after its removal by TTL."""

    is_there: bool = False
    written: int = 0
    last_version: int = 0
    changed: int = 0
    lease: ModelLease | None = None
    waitlist: list[ModelWaiter] = field(default_factory=list)
    request_expires: int | None = None
    reservation_expires: int | None = None
    by: tuple[ModelMember, str | None] | None = None
    # All changes, oldest first: version and cause.
    causes: list[tuple[int, str]] = field(default_factory=list)

    @property
    def version(self) -> int:
        """The version in lock-status."""
        return self.written if self.is_there else self.last_version

    @property
    def ttl(self) -> int:
        """The instant from which DynamoDB may remove the item."""
        return self.lease.expires + HOUR if self.lease else self.changed + 30 * DAY

    @property
    def due(self) -> int | None:
        """The next deadline."""
        if self.lease is None:
            return self.reservation_expires
        return min(self.lease.expires, self.request_expires or self.lease.expires)

    def live_lease(self, now: int) -> ModelLease | None:
        """Return the lease unless it has expired; the deadline itself still belongs to the holder."""
        return self.lease if self.lease and now <= self.lease.expires else None

    def waitlist_at(self, now: int) -> tuple[list[ModelWaiter], int]:
        """Return the waitlist of a free lock and the end of its reservation, with all due transitions applied."""
        waitlist, until = self.waitlist, self.reservation_expires or 0
        if self.lease:
            waitlist, until = self.connected_waiters(), self.lease.expires + RESERVATION_TIMEOUT
        while waitlist and until < now:
            waitlist, until = (
                [one for one in waitlist[1:] if one.disconnected is None],
                until + RESERVATION_TIMEOUT,
            )
        return waitlist, until

    def is_by(self, member: ModelMember) -> bool:
        """Whether this member made the last change."""
        return self.by is not None and self.by[0] == member

    def connected_waiters(self) -> list[ModelWaiter]:
        """Return the waiters that are connected."""
        return [one for one in self.waitlist if one.disconnected is None]

    def write(self, cause: str, now: int, by: ModelMember | None = None, word: str | None = None) -> None:
        """Write a change: the version grows by one; a new item starts at the clock, above all earlier versions."""
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
        """Start a lease. Its holder leaves the waitlist, and a new holder gets a new request from it."""
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
        """End the lease, and reserve the lock for the first connected waiter."""
        self.lease, self.waitlist = None, self.connected_waiters()
        self.request_expires, self.reservation_expires = (
            None,
            (now + RESERVATION_TIMEOUT if self.waitlist else None),
        )
        self.write(cause, now, by, word)

    def set_waitlist(
        self,
        waitlist: list[ModelWaiter],
        cause: str,
        now: int,
        by: ModelMember | None = None,
        word: str | None = None,
    ) -> None:
        """Set the waitlist. A new first waiter gets a full timeout."""
        first_stays = [one.tab.member for one in waitlist[:1]] == [one.tab.member for one in self.waitlist[:1]]
        self.waitlist = waitlist
        if not first_stays and not self.lease:
            self.waitlist = waitlist = self.connected_waiters()
        if not first_stays:
            self.request_expires = now + REQUEST_TIMEOUT if waitlist and self.lease else None
            self.reservation_expires = now + RESERVATION_TIMEOUT if waitlist and not self.lease else None
        self.write(cause, now, by, word)

    def remove(self) -> int:
        """Remove the item by TTL. Returns the version to keep, one higher if that ended a lease."""
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
        """Apply all due transitions, one after another."""
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
        """Return the lock as a member sees it, in any tab or in this one."""
        return None if self.lease is None else _Viewer(viewer, session).view(self.lease, self)

    def live_view(self, viewer: ModelMember | None, now: int, session: str | None = None) -> View | None:
        """Return the same while the lease is live."""
        return self.view(viewer, session) if self.live_lease(now) else None

    def status(self, viewer: ModelMember, now: int, session: str | None = None) -> View:
        """Return lock-status."""
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

    def view(self, lease: ModelLease, model: ReferenceLock) -> View:
        own = self.owns(lease.tab)
        return {
            **lease.tab.member.view(),
            "version": model.version,
            "lock_id": lease.lock_id if own else None,
            "session": lease.tab.tab_id if own else None,
            "acquired": lease.acquired,
            "renewed": lease.renewed,
            "expires": lease.expires,
            "asked": self._request_view(lease, model),
        }

    def _request_view(self, lease: ModelLease, model: ReferenceLock) -> View | None:
        if not model.waitlist:
            return None
        first = model.waitlist[0]
        session = first.tab.tab_id if self.owns(first.tab) else None
        return {
            **first.tab.member.view(),
            "session": session,
            "message": first.message if self.viewer in (first.tab.member, lease.tab.member) else "",
            "until": model.request_expires,
        }
