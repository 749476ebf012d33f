"""What they do who wait for the lock, those who are asked for it, and connections that drop."""

from collections.abc import Callable

from hypothesis import strategies as st

from chalicelib.locking.service import control, disconnect
from tests.machine import operations, views
from tests.machine.model_types import ModelMember, ModelPolicy, ModelTab
from tests.machine.reference_model import ReferenceLock
from tests.machine.state_machine import LockStateMachine
from tests.machine.strategies import (
    SUBJECTS,
    TABS,
    has_waiters,
    if_any_lock,
    is_leased,
    lock_id_ages,
    other_members,
    subjects,
    tabs,
)
from tests.machine.weighted_rules import weighted_rule

messages = st.sampled_from(["", "May I?"])
policies = st.builds(ModelPolicy, st.booleans(), st.booleans())
words = st.sampled_from([None, "", "of course"])
# Whom the holder means: whoever is first, or the one in that place.
named = st.sampled_from([None, None, 0, 0, 1])
# Which appointments a tab has open beside those that it holds.
opened = st.sampled_from([range(0), range(1), *[range(SUBJECTS)] * 4])


def has_disconnected_tab(sheet: ReferenceLock) -> bool:
    """A connection has dropped."""
    return bool(sheet.lease and sheet.lease.lease_until) or any(one.disconnected for one in sheet.waitlist)


class WaitlistRules(LockStateMachine):
    """What they do who wait, and those who are asked."""

    @weighted_rule(
        weight=5,
        when=if_any_lock(is_leased),
        desk=subjects,
        tab=tabs,
        policy=policies,
        message=st.sampled_from(["", "May I?"]),
    )
    def request(self, desk: int, tab: ModelTab, policy: ModelPolicy, message: str) -> None:
        now, office, place = self.start_step(desk, is_leased), self.office, self.focus.appointment
        self.compare(
            lambda: office.request(tab, place, message, policy),
            lambda: operations.request(self.focus.sheet, tab, message, now, policy),
        )

    @weighted_rule(when=if_any_lock(has_waiters), desk=subjects, place=st.integers(0, 3), tab=tabs)
    def withdraw(self, desk: int, place: int, tab: ModelTab) -> None:
        now, office, line = self.start_step(desk, has_waiters), self.office, self.focus.sheet.waitlist
        who = line[place].tab if place < len(line) else tab
        self.compare(
            lambda: control.withdraw_request(office.tab(who), self.focus.appointment, clock=office.clock),
            lambda: operations.withdraw(self.focus.sheet, who, now),
        )

    @weighted_rule(
        weight=3,
        when=if_any_lock(has_waiters),
        desk=subjects,
        nth=lock_id_ages,
        other=other_members,
        place=named,
        word=words,
    )
    def grant(self, desk: int, nth: int, other: ModelMember | None, place: int | None, word: str | None) -> None:
        now, office, sheet = self.start_step(desk, has_waiters), self.office, self.focus.sheet
        lock_id, tab = self.focus.lock_id(nth)
        who, name = other or tab.member, _waiter_id(sheet, place)
        answer = office.control_response(who, lock_id, name, word)
        self.compare(
            lambda: control.grant(self.focus.appointment, answer, clock=office.clock, ids=office.ids),
            lambda: operations.grant(
                sheet, operations.ControlResponse(who, lock_id, name, word), office.lock_id(), now
            ),
        )

    @weighted_rule(
        weight=3,
        when=if_any_lock(has_waiters),
        desk=subjects,
        nth=lock_id_ages,
        other=other_members,
        place=named,
        word=words,
    )
    def deny(self, desk: int, nth: int, other: ModelMember | None, place: int | None, word: str | None) -> None:
        now, office, sheet = self.start_step(desk, has_waiters), self.office, self.focus.sheet
        lock_id, tab = self.focus.lock_id(nth)
        who, name = other or tab.member, _waiter_id(sheet, place)
        answer = office.control_response(who, lock_id, name, word)
        self.compare(
            lambda: control.deny(self.focus.appointment, answer, clock=office.clock),
            lambda: operations.deny(sheet, operations.ControlResponse(who, lock_id, name, word), now),
        )

    @weighted_rule(weight=4, when=if_any_lock(is_leased), desk=subjects, place=st.integers(0, 2), opened=opened)
    def leave(self, desk: int, place: int, opened: range) -> None:
        """A connection drops: the holder's, or that of one who waits."""
        now, office, tab = self.start_step(desk, is_leased), self.office, self._pick_participant(place)
        places = [self.desks[number].appointment for number in opened]
        disconnect.disconnect(office.tab(tab), places, clock=office.clock)
        self._apply_to_reference(tab, opened, lambda sheet: operations.disconnect(sheet, tab, now))

    @weighted_rule(
        weight=4, when=if_any_lock(has_disconnected_tab), desk=subjects, place=st.integers(0, 2), opened=opened
    )
    def come_back(self, desk: int, place: int, opened: range) -> None:
        """A tab connects again."""
        now, office, tab = self.start_step(desk, has_disconnected_tab), self.office, self._pick_participant(place)
        places = [self.desks[number].appointment for number in opened]
        disconnect.reconnect(office.tab(tab), places, clock=office.clock)
        self._apply_to_reference(tab, opened, lambda sheet: operations.reconnect(sheet, tab, now))

    @weighted_rule(desk=subjects, tab=tabs)
    def watch(self, desk: int, tab: ModelTab) -> None:
        """A tab opens the appointment, perhaps anew."""
        now, office, sheet = self.start_step(desk), self.office, self.focus.sheet
        operations.reconnect(sheet, tab, now)
        seen = disconnect.open_appointment(office.tab(tab), self.focus.appointment, clock=office.clock)
        assert views.status(seen) == sheet.status(tab.member, now, tab.tab_id)

    def _pick_participant(self, place: int) -> ModelTab:
        hold, line = self.focus.sheet.lease, self.focus.sheet.waitlist
        concerned = ([hold.tab] if hold else []) + [one.tab for one in line]
        return concerned[place] if place < len(concerned) else TABS[place]

    def _apply_to_reference(self, tab: ModelTab, opened: range, change: Callable[[ReferenceLock], None]) -> None:
        for number, desk in enumerate(self.desks):
            if number in opened or (desk.sheet.lease and desk.sheet.lease.tab == tab):
                change(desk.sheet)


def _waiter_id(sheet: ReferenceLock, place: int | None) -> str | None:
    if place is None:
        return None
    return sheet.waitlist[place].tab.member.member_id if place < len(sheet.waitlist) else "nobody"
