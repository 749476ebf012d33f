"""Rules of the waitlist, of control requests, and of dropped connections."""

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
# The waiter that the holder responds to: the first, or the one at that place.
named = st.sampled_from([None, None, 0, 0, 1])
# The appointments that a tab has open beside its locks.
opened = st.sampled_from([range(0), range(1), *[range(SUBJECTS)] * 4])


def has_disconnected_tab(model: ReferenceLock) -> bool:
    """Whether a holder or waiter has disconnected."""
    return bool(model.lease and model.lease.lease_until) or any(one.disconnected for one in model.waitlist)


class WaitlistRules(LockStateMachine):
    """Rules of waiters and holders."""

    @weighted_rule(
        weight=5,
        when=if_any_lock(is_leased),
        subject=subjects,
        tab=tabs,
        policy=policies,
        message=st.sampled_from(["", "May I?"]),
    )
    def request(self, subject: int, tab: ModelTab, policy: ModelPolicy, message: str) -> None:
        now, system, place = self.start_step(subject, is_leased), self.system, self.focus.appointment
        self.compare(
            lambda: system.request(tab, place, message, policy),
            lambda: operations.request(self.focus.model, tab, message, now, policy),
        )

    @weighted_rule(when=if_any_lock(has_waiters), subject=subjects, place=st.integers(0, 3), tab=tabs)
    def withdraw(self, subject: int, place: int, tab: ModelTab) -> None:
        now, system, waitlist = self.start_step(subject, has_waiters), self.system, self.focus.model.waitlist
        member = waitlist[place].tab if place < len(waitlist) else tab
        self.compare(
            lambda: control.withdraw_request(system.tab(member), self.focus.appointment, clock=system.clock),
            lambda: operations.withdraw(self.focus.model, member, now),
        )

    @weighted_rule(
        weight=3,
        when=if_any_lock(has_waiters),
        subject=subjects,
        nth=lock_id_ages,
        other=other_members,
        place=named,
        word=words,
    )
    def grant(
        self, subject: int, nth: int, other: ModelMember | None, place: int | None, word: str | None
    ) -> None:
        now, system, model = self.start_step(subject, has_waiters), self.system, self.focus.model
        lock_id, tab = self.focus.lock_id(nth)
        member, name = other or tab.member, _waiter_id(model, place)
        answer = system.control_response(member, lock_id, name, word)
        self.compare(
            lambda: control.grant(self.focus.appointment, answer, clock=system.clock, ids=system.ids),
            lambda: operations.grant(
                model, operations.ControlResponse(member, lock_id, name, word), system.lock_id(), now
            ),
        )

    @weighted_rule(
        weight=3,
        when=if_any_lock(has_waiters),
        subject=subjects,
        nth=lock_id_ages,
        other=other_members,
        place=named,
        word=words,
    )
    def deny(self, subject: int, nth: int, other: ModelMember | None, place: int | None, word: str | None) -> None:
        now, system, model = self.start_step(subject, has_waiters), self.system, self.focus.model
        lock_id, tab = self.focus.lock_id(nth)
        member, name = other or tab.member, _waiter_id(model, place)
        answer = system.control_response(member, lock_id, name, word)
        self.compare(
            lambda: control.deny(self.focus.appointment, answer, clock=system.clock),
            lambda: operations.deny(model, operations.ControlResponse(member, lock_id, name, word), now),
        )

    @weighted_rule(weight=4, when=if_any_lock(is_leased), subject=subjects, place=st.integers(0, 2), opened=opened)
    def disconnect(self, subject: int, place: int, opened: range) -> None:
        """Drop the connection of the holder or of a waiter."""
        now, system, tab = self.start_step(subject, is_leased), self.system, self._pick_participant(place)
        places = [self.subjects[number].appointment for number in opened]
        disconnect.disconnect(system.tab(tab), places, clock=system.clock)
        self._apply_to_reference(tab, opened, lambda model: operations.disconnect(model, tab, now))

    @weighted_rule(
        weight=4, when=if_any_lock(has_disconnected_tab), subject=subjects, place=st.integers(0, 2), opened=opened
    )
    def reconnect(self, subject: int, place: int, opened: range) -> None:
        """Reconnect a tab."""
        now, system, tab = (
            self.start_step(subject, has_disconnected_tab),
            self.system,
            self._pick_participant(place),
        )
        places = [self.subjects[number].appointment for number in opened]
        disconnect.reconnect(system.tab(tab), places, clock=system.clock)
        self._apply_to_reference(tab, opened, lambda model: operations.reconnect(model, tab, now))

    @weighted_rule(subject=subjects, tab=tabs)
    def watch(self, subject: int, tab: ModelTab) -> None:
        """Open the appointment in a tab, perhaps again."""
        now, system, model = self.start_step(subject), self.system, self.focus.model
        operations.reconnect(model, tab, now)
        seen = disconnect.open_appointment(system.tab(tab), self.focus.appointment, clock=system.clock)
        assert views.status(seen) == model.status(tab.member, now, tab.tab_id)

    def _pick_participant(self, place: int) -> ModelTab:
        lease, waitlist = self.focus.model.lease, self.focus.model.waitlist
        concerned = ([lease.tab] if lease else []) + [one.tab for one in waitlist]
        return concerned[place] if place < len(concerned) else TABS[place]

    def _apply_to_reference(self, tab: ModelTab, opened: range, change: Callable[[ReferenceLock], None]) -> None:
        for number, subject in enumerate(self.subjects):
            if number in opened or (subject.model.lease and subject.model.lease.tab == tab):
                change(subject.model)


def _waiter_id(model: ReferenceLock, place: int | None) -> str | None:
    if place is None:
        return None
    return model.waitlist[place].tab.member.member_id if place < len(model.waitlist) else "nobody"
