"""What members do: taking the lock, keeping it, giving it back, saving under it, and taking it from others."""

from hypothesis import strategies as st

from chalicelib.locking.service import commands, holding
from tests.machine import moves
from tests.machine.acts import act
from tests.machine.choices import (
    TABS,
    desks,
    in_haste,
    is_held,
    is_waited_for,
    nths,
    only_if,
    others,
    tabs,
)
from tests.machine.nouns import At, Who
from tests.machine.paper import Sheet
from tests.machine.walk import Walk


def is_free(sheet: Sheet) -> bool:
    """Nobody holds it."""
    return sheet.hold is None


admins_tabs = st.sampled_from([tab for tab in TABS if tab.who.is_admin] * 3 + TABS)
# The version that one saw, against the one that is.
offsets = st.sampled_from([None, None, 0, 0, -1, 1])
deeds = st.sampled_from(["acquire", "acquire", "renew", "save", "move", "take_over", "force_release"])
around = st.sampled_from([-1, 0, 0, 1])
offsets_given = st.sampled_from([0, 0, 0, -1, 1])


class Members(Walk):
    """What members do."""

    @act(weight=4, when=only_if(is_free), desk=desks, tab=tabs)
    def acquire_what_is_free(self, desk: int, tab: At) -> None:
        self.begin(desk, is_free)
        self._acquire(tab, None)

    @act(desk=desks, tab=tabs, offset=offsets)
    def acquire(self, desk: int, tab: At, offset: int | None) -> None:
        self.begin(desk)
        self._acquire(tab, offset)

    @act(when=only_if(is_waited_for), desk=desks, offset=offsets, place=st.integers(0, 1))
    def acquire_having_waited(self, desk: int, offset: int | None, place: int) -> None:
        self.begin(desk, is_waited_for)
        line = self.focus.sheet.line
        self._acquire(line[place % len(line)].tab if line else TABS[place], offset)

    def _acquire(self, tab: At, offset: int | None) -> None:
        now, office = self.office.now, self.office
        place, sheet = self.focus.appointment, self.focus.sheet
        expected = None if offset is None else max(0, sheet.version + offset)
        self.compare(
            lambda: holding.acquire(
                office.tab(tab), place, expected_version=expected, clock=office.clock, ids=office.ids
            ),
            lambda: moves.acquire(sheet, tab, office.lock_id(), now, expected),
        )

    @act(when=only_if(is_held), desk=desks, nth=nths, other=others)
    def renew(self, desk: int, nth: int, other: Who | None) -> None:
        now, office = self.begin(desk, is_held), self.office
        lock_id, tab = self.focus.lock_id(nth)
        who, place = other or tab.who, self.focus.appointment
        self.compare(
            lambda: holding.renew(office.principal(who), place, lock_id, clock=office.clock),
            lambda: moves.renew(self.focus.sheet, who, lock_id, now),
        )

    @act(when=only_if(is_held), desk=desks, nth=nths, other=others, offset=offsets, by_beacon=st.booleans())
    def release(self, desk: int, nth: int, other: Who | None, offset: int | None, *, by_beacon: bool) -> None:
        now, office, sheet = self.begin(desk, is_held), self.office, self.focus.sheet
        lock_id, tab = self.focus.lock_id(nth)
        who = None if by_beacon and lock_id.startswith(office.tenant_id) else other or tab.who
        expected = None if offset is None else max(0, sheet.version + offset)
        principal = office.principal(who) if who else None
        self.compare(
            lambda: holding.release(
                self.focus.appointment,
                lock_id,
                principal=principal,
                expected_version=expected,
                clock=office.clock,
            ),
            lambda: moves.release(sheet, who, lock_id, now, expected),
        )

    @act(when=only_if(is_held), desk=desks, tab=tabs)
    def move(self, desk: int, tab: At) -> None:
        now, office = self.begin(desk, is_held), self.office
        self.compare(
            lambda: holding.move(office.tab(tab), self.focus.appointment, clock=office.clock, ids=office.ids),
            lambda: moves.move(self.focus.sheet, tab, office.lock_id(), now),
        )

    @act(when=only_if(is_held), desk=desks, tab=admins_tabs, offset=offsets_given)
    def take_over(self, desk: int, tab: At, offset: int) -> None:
        now, office, sheet = self.begin(desk, is_held), self.office, self.focus.sheet
        expected = sheet.version + offset
        self.compare(
            lambda: commands.take_over(
                office.tab(tab),
                self.focus.appointment,
                reason="urgent",
                expected_version=expected,
                clock=office.clock,
                ids=office.ids,
            ),
            lambda: moves.take_over(sheet, tab, office.lock_id(), now, expected, "urgent"),
        )

    @act(when=only_if(is_held), desk=desks, tab=admins_tabs, offset=offsets_given)
    def force_release(self, desk: int, tab: At, offset: int) -> None:
        now, office, sheet = self.begin(desk, is_held), self.office, self.focus.sheet
        admin, expected, place = office.principal(tab.who), sheet.version + offset, self.focus.appointment
        self.compare(
            lambda: commands.force_release(
                admin, place, reason="gone home", expected_version=expected, clock=office.clock
            ),
            lambda: moves.force_release(sheet, tab.who, now, expected, "gone home"),
        )

    @act(when=only_if(is_held), desk=desks, nth=nths, other=others, is_stale=st.sampled_from([False, False, True]))
    def save(self, desk: int, nth: int, other: Who | None, *, is_stale: bool) -> None:
        now = self.begin(desk, is_held)
        lock_id, tab = self.focus.lock_id(nth)
        self._saves(other or tab.who, lock_id, now, is_stale=is_stale)

    @act(when=only_if(is_held), desk=desks)
    def all_who_ever_had_it_save(self, desk: int) -> None:
        """Exactly the lock that runs passes the fence."""
        now = self.begin(desk, is_held)
        saved = [lock_id for lock_id, tab in self.focus.given[-4:] if self._saves(tab.who, lock_id, now)]
        hold = self.focus.sheet.running(now)
        assert saved == ([hold.lock_id] if hold else [])

    @act(
        weight=4,
        when=lambda self: in_haste(self) and only_if(is_held)(self),
        desk=desks,
        tab=admins_tabs,
        offset=around,
        deed=deeds,
    )
    def act_at_the_leases_end(self, desk: int, tab: At, offset: int, deed: str) -> None:
        """Just before it, in its last instant, and just after it."""
        self.begin(desk, is_held)
        desk = self.desks.index(self.focus)
        if self.focus.sheet.hold:
            self.time = max(self.time, self.focus.sheet.hold.expires + offset)
        if deed in {"save", "renew"}:
            options: dict[str, object] = {"nth": 1, "other": None}
            options |= {"is_stale": False} if deed == "save" else {}
        else:
            options = {"tab": tab} | ({} if deed == "move" else {"offset": 0})
        getattr(self, deed)(desk=desk, **options)

    def _saves(self, who: Who, lock_id: str, now: int, *, is_stale: bool = False) -> bool:
        desk, office = self.focus, self.office
        version = desk.record_version - is_stale
        saved = self.compare(
            lambda: office.save(who, desk.appointment, lock_id, version),
            lambda: moves.save(desk.sheet, who, lock_id, now, is_stale=is_stale),
        )
        desk.record_version += saved
        return saved
