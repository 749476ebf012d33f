"""What they do who wait for the lock, those who are asked for it, and connections that drop."""

from collections.abc import Callable

from hypothesis import strategies as st

from chalicelib.locking.service import absence, waiting
from tests.machine import moves, views
from tests.machine.acts import act
from tests.machine.choices import DESKS, TABS, desks, is_held, is_waited_for, nths, only_if, others, tabs
from tests.machine.nouns import At, Policy, Who
from tests.machine.paper import Sheet
from tests.machine.walk import Walk

messages = st.sampled_from(["", "May I?"])
policies = st.builds(Policy, st.booleans(), st.booleans())
words = st.sampled_from([None, "", "of course"])
# Whom the holder means: whoever is first, or the one in that place.
named = st.sampled_from([None, None, 0, 0, 1])
# Which appointments a tab has open beside those that it holds.
opened = st.sampled_from([range(0), range(1), *[range(DESKS)] * 4])


def somebody_is_gone(sheet: Sheet) -> bool:
    """A connection has dropped."""
    return bool(sheet.hold and sheet.hold.until) or any(one.gone for one in sheet.line)


class Line(Walk):
    """What they do who wait, and those who are asked."""

    @act(
        weight=5,
        when=only_if(is_held),
        desk=desks,
        tab=tabs,
        policy=policies,
        message=st.sampled_from(["", "May I?"]),
    )
    def request(self, desk: int, tab: At, policy: Policy, message: str) -> None:
        now, office, place = self.begin(desk, is_held), self.office, self.focus.appointment
        self.compare(
            lambda: office.request(tab, place, message, policy),
            lambda: moves.request(self.focus.sheet, tab, message, now, policy),
        )

    @act(when=only_if(is_waited_for), desk=desks, place=st.integers(0, 3), tab=tabs)
    def withdraw(self, desk: int, place: int, tab: At) -> None:
        now, office, line = self.begin(desk, is_waited_for), self.office, self.focus.sheet.line
        who = line[place].tab if place < len(line) else tab
        self.compare(
            lambda: waiting.withdraw(office.tab(who), self.focus.appointment, clock=office.clock),
            lambda: moves.withdraw(self.focus.sheet, who, now),
        )

    @act(weight=3, when=only_if(is_waited_for), desk=desks, nth=nths, other=others, place=named, word=words)
    def grant(self, desk: int, nth: int, other: Who | None, place: int | None, word: str | None) -> None:
        now, office, sheet = self.begin(desk, is_waited_for), self.office, self.focus.sheet
        lock_id, tab = self.focus.lock_id(nth)
        who, name = other or tab.who, _named(sheet, place)
        answer = office.answer(who, lock_id, name, word)
        self.compare(
            lambda: waiting.grant(self.focus.appointment, answer, clock=office.clock, ids=office.ids),
            lambda: moves.grant(sheet, moves.Word(who, lock_id, name, word), office.lock_id(), now),
        )

    @act(weight=3, when=only_if(is_waited_for), desk=desks, nth=nths, other=others, place=named, word=words)
    def deny(self, desk: int, nth: int, other: Who | None, place: int | None, word: str | None) -> None:
        now, office, sheet = self.begin(desk, is_waited_for), self.office, self.focus.sheet
        lock_id, tab = self.focus.lock_id(nth)
        who, name = other or tab.who, _named(sheet, place)
        answer = office.answer(who, lock_id, name, word)
        self.compare(
            lambda: waiting.deny(self.focus.appointment, answer, clock=office.clock),
            lambda: moves.deny(sheet, moves.Word(who, lock_id, name, word), now),
        )

    @act(weight=4, when=only_if(is_held), desk=desks, place=st.integers(0, 2), opened=opened)
    def leave(self, desk: int, place: int, opened: range) -> None:
        """A connection drops: the holder's, or that of one who waits."""
        now, office, tab = self.begin(desk, is_held), self.office, self._somebody(place)
        places = [self.desks[number].appointment for number in opened]
        absence.leave(office.tab(tab), places, clock=office.clock)
        self._on_paper(tab, opened, lambda sheet: moves.leave(sheet, tab, now))

    @act(weight=4, when=only_if(somebody_is_gone), desk=desks, place=st.integers(0, 2), opened=opened)
    def come_back(self, desk: int, place: int, opened: range) -> None:
        """A tab connects again."""
        now, office, tab = self.begin(desk, somebody_is_gone), self.office, self._somebody(place)
        places = [self.desks[number].appointment for number in opened]
        absence.come_back(office.tab(tab), places, clock=office.clock)
        self._on_paper(tab, opened, lambda sheet: moves.come_back(sheet, tab, now))

    @act(desk=desks, tab=tabs)
    def watch(self, desk: int, tab: At) -> None:
        """A tab opens the appointment, perhaps anew."""
        now, office, sheet = self.begin(desk), self.office, self.focus.sheet
        moves.come_back(sheet, tab, now)
        seen = absence.watch(office.tab(tab), self.focus.appointment, clock=office.clock)
        assert views.status(seen) == sheet.status(tab.who, now, tab.session)

    def _somebody(self, place: int) -> At:
        hold, line = self.focus.sheet.hold, self.focus.sheet.line
        concerned = ([hold.tab] if hold else []) + [one.tab for one in line]
        return concerned[place] if place < len(concerned) else TABS[place]

    def _on_paper(self, tab: At, opened: range, change: Callable[[Sheet], None]) -> None:
        for number, desk in enumerate(self.desks):
            if number in opened or (desk.sheet.hold and desk.sheet.hold.tab == tab):
                change(desk.sheet)


def _named(sheet: Sheet, place: int | None) -> str | None:
    if place is None:
        return None
    return sheet.line[place].tab.who.user_id if place < len(sheet.line) else "nobody"
