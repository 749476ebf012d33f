"""Rules of time and AWS: deadlines, late, repeated and lost messages, the sweep, TTL, a stalled stream."""

from hypothesis import strategies as st

from chalicelib.core.clock import to_ms
from chalicelib.core.events.deadline_queue import Deadline
from chalicelib.locking.service import deadlines
from tests.machine.model_types import GRACE, LEASE, REQUEST_TIMEOUT, RESERVATION_TIMEOUT, SECOND
from tests.machine.state_machine import LockStateMachine, Subject
from tests.machine.strategies import is_fast, subjects
from tests.machine.weighted_rules import weighted_rule

SPANS = [
    1,
    SECOND,
    RESERVATION_TIMEOUT,
    RESERVATION_TIMEOUT + 1,
    GRACE,
    REQUEST_TIMEOUT,
    REQUEST_TIMEOUT + 1,
    100 * SECOND,
    LEASE,
]
spans = st.sampled_from([*SPANS[:3] * 4, *SPANS])
clock_faults = st.sampled_from([-5 * SECOND, -1, 1, 5 * SECOND])
# How long the sweep waits for a deadline's message.
SWEEP_DELAY = 5 * SECOND


class FakeAws(LockStateMachine):
    """Rules without a member."""

    @weighted_rule(span=spans)
    def advance_time(self, span: int) -> None:
        self.time += span if is_fast(self) else SECOND

    @weighted_rule(when=is_fast, subject=subjects, offset=st.sampled_from([-1, 0, 1, 1]))
    def advance_to_deadline(self, subject: int, offset: int) -> None:
        """Advance to just before a deadline, to it, or just after it."""
        due = self.subjects[subject].model.due
        if due is not None:
            self.time = max(self.time, due + offset)

    @weighted_rule(weight=1, fault=clock_faults)
    def skew_next_clock(self, fault: int) -> None:
        self.skew = fault

    @weighted_rule(
        when=lambda self: self.system.pending_timers,
        nth=st.integers(0, 9),
        again=st.sampled_from([False, False, True]),
    )
    def deliver_message(self, nth: int, *, again: bool) -> None:
        """Deliver a message at any time, and perhaps again later."""
        self.start_step()
        timer = self.system.pending_timers[nth % len(self.system.pending_timers)]
        if not again:
            self.system.pending_timers.remove(timer)
        self.system.deliver_timer(timer)
        self._apply_due_transitions(self._desk_of(timer.subject_id))

    @weighted_rule(weight=1, when=lambda self: self.system.pending_timers and self.is_odd(), nth=st.integers(0, 9))
    def lose_message(self, nth: int) -> None:
        self.system.pending_timers.pop(nth % len(self.system.pending_timers))
        self.timer_lost = True

    @weighted_rule(when=lambda self: is_fast(self) and not self.timer_lost and not self.is_stalled, span=spans)
    def advance_time_on_schedule(self, span: int) -> None:
        """Advance time, and deliver each message in time."""
        self.deliver_messages_until(self.time + span)

    def deliver_messages_until(self, end: int) -> None:
        """Deliver each message just after its deadline."""
        while early := [timer for timer in self.system.pending_timers if _ms(timer) <= end]:
            timer = min(early, key=_ms)
            self.system.pending_timers.remove(timer)
            self.time = max(self.time, _ms(timer) + 1)
            self.start_step()
            self.system.deliver_timer(timer)
            self._apply_due_transitions(self._desk_of(timer.subject_id))
            self.records_match_reference()
        self.time = max(self.time, end)
        assert all(one.model.due is None or one.model.due >= self.time for one in self.subjects)

    @weighted_rule(when=lambda self: self.is_odd() or self.overdue(self.time))
    def run_sweep(self) -> None:
        now = self.start_step()
        overdue = self.overdue(now)
        assert deadlines.sweep(clock=self.system.clock, ids=self.system.ids) == len(overdue)
        for subject in overdue:
            self._apply_due_transitions(subject)

    def overdue(self, now: int) -> list[Subject]:
        """Return the subjects that the sweep must find."""
        return [one for one in self.subjects if one.model.due and one.model.due < now - SWEEP_DELAY]

    @weighted_rule(when=lambda self: self.is_odd(), subject=subjects)
    def expire_item_by_ttl(self, subject: int) -> None:
        """Remove an item by TTL, after all else failed."""
        self.remove_by_ttl(self.subjects[subject])

    def remove_by_ttl(self, subject: Subject) -> None:
        """Advance to the TTL and remove the item."""
        if not subject.model.is_there:
            return
        self.time = max(self.time, subject.model.ttl + SECOND)
        self.system.delete_lock_item(subject.appointment)
        subject.removals += 1
        subject.model.remove()

    @weighted_rule(weight=1, when=lambda self: not self.is_stalled and self.is_odd())
    def stall_stream(self) -> None:
        self.is_stalled = True

    @weighted_rule(when=lambda self: self.is_stalled, times=st.sampled_from([1, 2]))
    def resume_stream(self, times: int) -> None:
        """Deliver all missed records, perhaps twice."""
        self.is_stalled = False
        self.deliver(times)

    def _apply_due_transitions(self, subject: Subject) -> None:
        subject.model.apply_due_transitions(self.system.now, self.system.lock_id())

    def _desk_of(self, appointment: str) -> Subject:
        (subject,) = [one for one in self.subjects if one.appointment == appointment]
        return subject


def _ms(timer: Deadline) -> int:
    return to_ms(timer.due_at)
