"""The lock of one appointment on paper: what the contract promises, put as plainly as it can be."""

from dataclasses import dataclass, field

from tests.machine.nouns import (
    DAY,
    HOUR,
    LEASE,
    PATIENCE,
    TURN,
    At,
    Hold,
    Seen,
    Waiting,
    Who,
)


@dataclass
class Sheet:
    """What is written of one lock. `kept` is the version that outlives the lock's item once TTL removed it."""

    is_there: bool = False
    written: int = 0
    kept: int = 0
    changed: int = 0
    hold: Hold | None = None
    line: list[Waiting] = field(default_factory=list)
    asked_until: int | None = None
    turn_until: int | None = None
    by: tuple[Who, str | None] | None = None
    # Every change, oldest first: its version and cause.
    story: list[tuple[int, str]] = field(default_factory=list)

    @property
    def version(self) -> int:
        """What lock-status says."""
        return self.written if self.is_there else self.kept

    @property
    def removal(self) -> int:
        """From when DynamoDB may remove the item."""
        return self.hold.expires + HOUR if self.hold else self.changed + 30 * DAY

    @property
    def due(self) -> int | None:
        """When the next thing falls due."""
        if self.hold is None:
            return self.turn_until
        return min(self.hold.expires, self.asked_until or self.hold.expires)

    def running(self, now: int) -> Hold | None:
        """The hold, if its lease runs; the deadline itself still belongs to the holder."""
        return self.hold if self.hold and now <= self.hold.expires else None

    def waiting_at(self, now: int) -> tuple[list[Waiting], int]:
        """Who waits for the free lock, and how long it is the first one's turn, if all was settled when due."""
        line, until = self.line, self.turn_until or 0
        if self.hold:
            line, until = self.present(), self.hold.expires + TURN
        while line and until < now:
            line, until = [one for one in line[1:] if one.gone is None], until + TURN
        return line, until

    def is_by(self, who: Who) -> bool:
        """Whether they made the last change."""
        return self.by is not None and self.by[0] == who

    def present(self) -> list[Waiting]:
        """Who waits and is connected."""
        return [one for one in self.line if one.gone is None]

    def write(self, cause: str, now: int, by: Who | None = None, word: str | None = None) -> None:
        """One change: the version grows by one; a new item's begins at the clock, above all that was."""
        self.written = self.written + 1 if self.is_there else max(now, self.kept + 1)
        self.is_there, self.changed = True, now
        self.by = (by, word or None) if by else None
        self.story.append((self.written, cause))

    def begin(
        self, tab: At, lock_id: str, cause: str, now: int, by: Who | None = None, word: str | None = None
    ) -> None:
        """A new hold; its holder waits no longer, and a new holder is asked anew by who waits."""
        before = self.running(now)
        answer_by = self.asked_until if before and before.tab.who == tab.who else None
        self.hold = Hold(lock_id, tab, now, now, now + LEASE)
        self.line = [one for one in self.line if one.tab.who != tab.who]
        self.asked_until, self.turn_until = ((answer_by or now + PATIENCE) if self.line else None), None
        self.write(cause, now, by, word)

    def end(self, cause: str, now: int, by: Who | None = None, word: str | None = None) -> None:
        """The hold ends; it is the turn of the first who is connected."""
        self.hold, self.line = None, self.present()
        self.asked_until, self.turn_until = None, (now + TURN if self.line else None)
        self.write(cause, now, by, word)

    def line_up(
        self, line: list[Waiting], cause: str, now: int, by: Who | None = None, word: str | None = None
    ) -> None:
        """Another line. Who is first anew has the whole time before them."""
        first_stays = [one.tab.who for one in line[:1]] == [one.tab.who for one in self.line[:1]]
        self.line = line
        if not first_stays and not self.hold:
            self.line = line = self.present()
        if not first_stays:
            self.asked_until = now + PATIENCE if line and self.hold else None
            self.turn_until = now + TURN if line and not self.hold else None
        self.write(cause, now, by, word)

    def removed(self) -> int:
        """TTL removes the item; the version to keep, one more if that ended a hold."""
        last = self.written + 1 if self.hold else self.written
        self.is_there, self.hold, self.line, self.asked_until, self.turn_until = False, None, [], None, None
        return last

    def settle(self, now: int, lock_id: str) -> None:
        """All that is due, one thing after the other."""
        while self._settled_one(now, lock_id):
            pass

    def _settled_one(self, now: int, lock_id: str) -> bool:
        due = self.due
        if due is None or due >= now:
            return False
        if self.hold is None:
            self.line = self.line[1:]
            self.line = self.present()
            self.turn_until = now + TURN if self.line else None
            self.write("passed_over", now)
        elif self.hold.expires < now:
            self.end("expired", now)
        elif self.line[0].grants and self.line[0].gone is None:
            self.begin(self.line[0].tab, lock_id, "granted", now)
        else:
            self.line_up(self.line[1:], "lapsed", now)
        return True

    def seen(self, viewer: Who | None, session: str | None = None) -> Seen | None:
        """The lock as a member sees it, in any tab or in this one."""
        return None if self.hold is None else _Eyes(viewer, session).see(self.hold, self)

    def seen_running(self, viewer: Who | None, now: int, session: str | None = None) -> Seen | None:
        """The same while the lease runs."""
        return self.seen(viewer, session) if self.running(now) else None

    def status(self, viewer: Who, now: int, session: str | None = None) -> Seen:
        """Lock-status."""
        state = "unlocked"
        if self.hold:
            mine = "locked_by_user" if self.hold.tab.who == viewer else "locked_by_other"
            state = mine if self.running(now) else "expired"
        return {"state": state, "lock": self.seen_running(viewer, now, session), "version": self.version}


@dataclass
class _Eyes:
    viewer: Who | None
    session: str | None

    def own(self, tab: At) -> bool:
        return tab.who == self.viewer and self.session in (None, tab.session)

    def see(self, hold: Hold, sheet: Sheet) -> Seen:
        own = self.own(hold.tab)
        return {
            **hold.tab.who.seen(),
            "version": sheet.version,
            "lock_id": hold.lock_id if own else None,
            "session": hold.tab.session if own else None,
            "acquired": hold.acquired,
            "renewed": hold.renewed,
            "expires": hold.expires,
            "asked": self._asked(hold, sheet),
        }

    def _asked(self, hold: Hold, sheet: Sheet) -> Seen | None:
        if not sheet.line:
            return None
        first = sheet.line[0]
        session = first.tab.session if self.own(first.tab) else None
        return {
            **first.tab.who.seen(),
            "session": session,
            "message": first.message if self.viewer in (first.tab.who, hold.tab.who) else "",
            "until": sheet.asked_until,
        }
