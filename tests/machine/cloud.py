"""What time and the cloud do: deadlines, messages late, twice or never, the sweep, TTL, a stream that stalls."""

from hypothesis import strategies as st

from chalicelib.core.clock import to_ms
from chalicelib.locking.model.timers import Timer
from chalicelib.locking.service import deadlines
from tests.machine.acts import act
from tests.machine.choices import desks, in_haste
from tests.machine.nouns import GRACE, LEASE, PATIENCE, SECOND, TURN
from tests.machine.walk import Desk, Walk

SPANS = [1, SECOND, TURN, TURN + 1, GRACE, PATIENCE, PATIENCE + 1, 100 * SECOND, LEASE]
spans = st.sampled_from([*SPANS[:3] * 4, *SPANS])
clock_faults = st.sampled_from([-5 * SECOND, -1, 1, 5 * SECOND])
# How long the sweep leaves a deadline to its message.
MESSAGE_FIRST = 5 * SECOND


class Cloud(Walk):
    """What nobody does."""

    @act(span=spans)
    def time_passes(self, span: int) -> None:
        self.time += span if in_haste(self) else SECOND

    @act(when=in_haste, desk=desks, offset=st.sampled_from([-1, 0, 1, 1]))
    def a_deadline_comes(self, desk: int, offset: int) -> None:
        """Just before, at, and just after it."""
        due = self.desks[desk].sheet.due
        if due is not None:
            self.time = max(self.time, due + offset)

    @act(weight=1, fault=clock_faults)
    def the_next_function_has_a_wrong_clock(self, fault: int) -> None:
        self.skew = fault

    @act(when=lambda self: self.office.sent, nth=st.integers(0, 9), again=st.sampled_from([False, False, True]))
    def a_message_comes(self, nth: int, *, again: bool) -> None:
        """Whenever it likes, and perhaps once more."""
        self.begin()
        timer = self.office.sent[nth % len(self.office.sent)]
        if not again:
            self.office.sent.remove(timer)
        self.office.ring(timer)
        self._settle(self._desk_of(timer.appointment_id))

    @act(weight=1, when=lambda self: self.office.sent and self.is_odd(), nth=st.integers(0, 9))
    def a_message_is_lost(self, nth: int) -> None:
        self.office.sent.pop(nth % len(self.office.sent))
        self.a_timer_was_lost = True

    @act(when=lambda self: in_haste(self) and not self.a_timer_was_lost and not self.is_stalled, span=spans)
    def time_passes_and_messages_come(self, span: int) -> None:
        """As it should be: nothing that is due is left a moment longer than its message takes."""
        self.messages_come_until(self.time + span)

    def messages_come_until(self, end: int) -> None:
        """Each message just after its deadline."""
        while early := [timer for timer in self.office.sent if _ms(timer) <= end]:
            timer = min(early, key=_ms)
            self.office.sent.remove(timer)
            self.time = max(self.time, _ms(timer) + 1)
            self.begin()
            self.office.ring(timer)
            self._settle(self._desk_of(timer.appointment_id))
            self.all_changes_are_in_the_stream()
        self.time = max(self.time, end)
        assert all(one.sheet.due is None or one.sheet.due >= self.time for one in self.desks)

    @act(when=lambda self: self.is_odd() or self.overdue(self.time))
    def the_sweep_comes(self) -> None:
        now = self.begin()
        overdue = self.overdue(now)
        assert deadlines.sweep(clock=self.office.clock, ids=self.office.ids) == len(overdue)
        for desk in overdue:
            self._settle(desk)

    def overdue(self, now: int) -> list[Desk]:
        """What the sweep is to find."""
        return [one for one in self.desks if one.sheet.due and one.sheet.due < now - MESSAGE_FIRST]

    @act(when=lambda self: self.is_odd(), desk=desks)
    def ttl_removes_it(self, desk: int) -> None:
        """After a long silence in which everything else failed."""
        self.remove_by_ttl(self.desks[desk])

    def remove_by_ttl(self, desk: Desk) -> None:
        """DynamoDB removes an item whose time has come."""
        if not desk.sheet.is_there:
            return
        self.time = max(self.time, desk.sheet.removal + SECOND)
        self.office.remove(desk.appointment)
        desk.removals += 1
        desk.sheet.removed()

    @act(weight=1, when=lambda self: not self.is_stalled and self.is_odd())
    def the_stream_stalls(self) -> None:
        self.is_stalled = True

    @act(when=lambda self: self.is_stalled, times=st.sampled_from([1, 2]))
    def the_stream_goes_on(self, times: int) -> None:
        """With all that it has missed, perhaps twice."""
        self.is_stalled = False
        self.deliver(times)

    def _settle(self, desk: Desk) -> None:
        desk.sheet.settle(self.office.now, self.office.lock_id())

    def _desk_of(self, appointment: str) -> Desk:
        (desk,) = [one for one in self.desks if one.appointment == appointment]
        return desk


def _ms(timer: Timer) -> int:
    return to_ms(timer.due_at)
