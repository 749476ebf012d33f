"""The lock's services against the lock on paper: any order of whatever members, time and the cloud may do."""

from typing import cast, get_args

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.locking.model import Cause
from tests.driver.practice import Practice
from tests.figures import tell
from tests.machine.choices import MEMBERS
from tests.machine.cloud import MESSAGE_FIRST, Cloud
from tests.machine.line import Line
from tests.machine.members import Members
from tests.machine.office import Office
from tests.machine.walk import WALKED

# A failure prints the steps that lead to it, and the same run finds it again. They are not made fewer, because
# that takes minutes; `Phase.shrink` does it.
AS_LONG_AS_THE_GATE_ALLOWS = settings(
    max_examples=50,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


OUTCOMES = ["done", "LOCKED", "LOCK_LOST", "NOT_LOCKED", "NOTHING_ASKED", "VERSION_MISMATCH", "FORBIDDEN"]


class Machine(Members, Line, Cloud):
    """Everybody and everything."""

    def teardown(self) -> None:
        """Whatever happened, each lock ends, by whichever of the three mechanisms is left."""
        if not self.is_sound:
            return
        WALKED["examples"] += 1
        self.the_stream_goes_on(1)
        for _ in range(100):
            if all(desk.sheet.due is None for desk in self.desks):
                break
            self._one_more_deadline()
            self.all_changes_are_in_the_stream()
        for desk in self.desks:
            self.focus = desk
            self.everybody_sees_the_same()
            assert desk.sheet.status(MEMBERS[0], self.time)["state"] == "unlocked"

    def _one_more_deadline(self) -> None:
        desk = min((one for one in self.desks if one.sheet.due), key=lambda one: one.sheet.due or 0)
        due = desk.sheet.due or 0
        if not self.a_timer_was_lost:
            self.messages_come_until(max(due + 1, self.time))
        elif len(desk.given) % 2:
            self.time = max(self.time, due + MESSAGE_FIRST + 1)
            self.the_sweep_comes()
        else:
            self.remove_by_ttl(desk)


def test_the_services_do_what_the_paper_says(practice: Practice) -> None:
    office = Office(practice.tenant.id)

    run_state_machine_as_test(
        cast("type[Machine]", lambda: Machine(practice, office)), settings=AS_LONG_AS_THE_GATE_ALLOWS
    )

    tell("The lock against its paper", "steps", f"{WALKED['steps']} steps in {WALKED['examples']} examples")
    assert WALKED["steps"] > 1000, "thousands of steps, or it proves little"
    never_met = [one for one in [*get_args(Cause), *OUTCOMES] if not WALKED[one]]
    assert not never_met
