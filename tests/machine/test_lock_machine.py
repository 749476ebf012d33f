"""The lock's services against the lock on paper: any order of whatever members, time and the cloud may do."""

from typing import cast, get_args

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.locking.model import Cause
from tests.app_client.practice import Practice
from tests.figures import report_line
from tests.machine.fake_aws import SWEEP_DELAY, FakeAws
from tests.machine.holder_rules import HolderRules
from tests.machine.state_machine import COVERAGE
from tests.machine.strategies import MEMBERS
from tests.machine.system_under_test import SystemUnderTest
from tests.machine.waitlist import WaitlistRules

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


class Machine(HolderRules, WaitlistRules, FakeAws):
    """Everybody and everything."""

    def teardown(self) -> None:
        """Whatever happened, each lock ends, by whichever of the three mechanisms is left."""
        if not self.is_consistent:
            return
        COVERAGE["examples"] += 1
        self.resume_stream(1)
        for _ in range(100):
            if all(desk.sheet.due is None for desk in self.desks):
                break
            self._one_more_deadline()
            self.records_match_reference()
        for desk in self.desks:
            self.focus = desk
            self.status_matches_reference()
            assert desk.sheet.status(MEMBERS[0], self.time)["state"] == "unlocked"

    def _one_more_deadline(self) -> None:
        desk = min((one for one in self.desks if one.sheet.due), key=lambda one: one.sheet.due or 0)
        due = desk.sheet.due or 0
        if not self.a_timer_was_lost:
            self.deliver_messages_until(max(due + 1, self.time))
        elif len(desk.lock_ids) % 2:
            self.time = max(self.time, due + SWEEP_DELAY + 1)
            self.run_sweep()
        else:
            self.remove_by_ttl(desk)


def test_the_services_do_what_the_paper_says(practice: Practice) -> None:
    office = SystemUnderTest(practice.tenant.id)

    run_state_machine_as_test(
        cast("type[Machine]", lambda: Machine(practice, office)), settings=AS_LONG_AS_THE_GATE_ALLOWS
    )

    report_line(
        "The lock against its paper", "steps", f"{COVERAGE['steps']} steps in {COVERAGE['examples']} examples"
    )
    assert COVERAGE["steps"] > 1000, "thousands of steps, or it proves little"
    never_met = [one for one in [*get_args(Cause), *OUTCOMES] if not COVERAGE[one]]
    assert not never_met
