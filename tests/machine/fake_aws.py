"""What time and the cloud do: deadlines, messages late, twice or never, the sweep, TTL, a stream that stalls."""

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
# How long the sweep leaves a deadline to its message.
SWEEP_DELAY = 5 * SECOND


class FakeAws(LockStateMachine):
    """What nobody does."""

    @weighted_rule(span=spans)
    def advance_time(self, span: int) -> None:
        self.time += span if is_fast(self) else SECOND

    @weighted_rule(when=is_fast, desk=subjects, offset=st.sampled_from([-1, 0, 1, 1]))
    def advance_to_deadline(self, desk: int, offset: int) -> None:
        """Just before, at, and just after it."""
        due = self.desks[desk].sheet.due
        if due is not None:
            self.time = max(self.time, due + offset)

    @weighted_rule(weight=1, fault=clock_faults)
    def skew_next_clock(self, fault: int) -> None:
        self.skew = fault

    @weighted_rule(
        when=lambda self: self.office.sent, nth=st.integers(0, 9), again=st.sampled_from([False, False, True])
    )
    def deliver_message(self, nth: int, *, again: bool) -> None:
        """Whenever it likes, and perhaps once more."""
        self.start_step()
        timer = self.office.sent[nth % len(self.office.sent)]
        if not again:
            self.office.sent.remove(timer)
        self.office.deliver_timer(timer)
        self._apply_due_transitions(self._desk_of(timer.subject_id))

    @weighted_rule(weight=1, when=lambda self: self.office.sent and self.is_odd(), nth=st.integers(0, 9))
    def lose_message(self, nth: int) -> None:
        self.office.sent.pop(nth % len(self.office.sent))
        self.a_timer_was_lost = True

    @weighted_rule(
        when=lambda self: is_fast(self) and not self.a_timer_was_lost and not self.is_stalled, span=spans
    )
    def advance_time_on_schedule(self, span: int) -> None:
        """As it should be: nothing that is due is left a moment longer than its message takes."""
        self.deliver_messages_until(self.time + span)

    def deliver_messages_until(self, end: int) -> None:
        """Each message just after its deadline."""
        while early := [timer for timer in self.office.sent if _ms(timer) <= end]:
            timer = min(early, key=_ms)
            self.office.sent.remove(timer)
            self.time = max(self.time, _ms(timer) + 1)
            self.start_step()
            self.office.deliver_timer(timer)
            self._apply_due_transitions(self._desk_of(timer.subject_id))
            self.records_match_reference()
        self.time = max(self.time, end)
        assert all(one.sheet.due is None or one.sheet.due >= self.time for one in self.desks)

    @weighted_rule(when=lambda self: self.is_odd() or self.overdue(self.time))
    def run_sweep(self) -> None:
        now = self.start_step()
        overdue = self.overdue(now)
        assert deadlines.sweep(clock=self.office.clock, ids=self.office.ids) == len(overdue)
        for desk in overdue:
            self._apply_due_transitions(desk)

    def overdue(self, now: int) -> list[Subject]:
        """What the sweep is to find."""
        return [one for one in self.desks if one.sheet.due and one.sheet.due < now - SWEEP_DELAY]

    @weighted_rule(when=lambda self: self.is_odd(), desk=subjects)
    def expire_item_by_ttl(self, desk: int) -> None:
        """After a long silence in which everything else failed."""
        self.remove_by_ttl(self.desks[desk])

    def remove_by_ttl(self, desk: Subject) -> None:
        """DynamoDB removes an item whose time has come."""
        if not desk.sheet.is_there:
            return
        self.time = max(self.time, desk.sheet.ttl + SECOND)
        self.office.delete_lock_item(desk.appointment)
        desk.removals += 1
        desk.sheet.remove()

    @weighted_rule(weight=1, when=lambda self: not self.is_stalled and self.is_odd())
    def stall_stream(self) -> None:
        self.is_stalled = True

    @weighted_rule(when=lambda self: self.is_stalled, times=st.sampled_from([1, 2]))
    def resume_stream(self, times: int) -> None:
        """With all that it has missed, perhaps twice."""
        self.is_stalled = False
        self.deliver(times)

    def _apply_due_transitions(self, desk: Subject) -> None:
        desk.sheet.apply_due_transitions(self.office.now, self.office.lock_id())

    def _desk_of(self, appointment: str) -> Subject:
        (desk,) = [one for one in self.desks if one.appointment == appointment]
        return desk


def _ms(timer: Deadline) -> int:
    return to_ms(timer.due_at)
