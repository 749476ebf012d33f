"""The lock's services against the reference model, over random orders of rules."""

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

# A failure prints its steps, and the same run finds it again. Shrinking takes minutes: add `Phase.shrink`.
SETTINGS = settings(
    max_examples=50,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


OUTCOMES = ["done", "LOCKED", "LOCK_LOST", "NOT_LOCKED", "NOTHING_ASKED", "VERSION_MISMATCH", "FORBIDDEN"]


class Machine(HolderRules, WaitlistRules, FakeAws):
    """All rules together."""

    def teardown(self) -> None:
        """End each lock, by whichever of the three mechanisms is left."""
        if not self.is_consistent:
            return
        COVERAGE["examples"] += 1
        self.resume_stream(1)
        for _ in range(100):
            if all(subject.model.due is None for subject in self.subjects):
                break
            self._expire_next()
            self.records_match_reference()
        for subject in self.subjects:
            self.focus = subject
            self.status_matches_reference()
            assert subject.model.status(MEMBERS[0], self.time)["state"] == "unlocked"

    def _expire_next(self) -> None:
        subject = min((one for one in self.subjects if one.model.due), key=lambda one: one.model.due or 0)
        due = subject.model.due or 0
        if not self.timer_lost:
            self.deliver_messages_until(max(due + 1, self.time))
        elif len(subject.lock_ids) % 2:
            self.time = max(self.time, due + SWEEP_DELAY + 1)
            self.run_sweep()
        else:
            self.remove_by_ttl(subject)


def test_lock_services_match_the_reference_model(practice: Practice) -> None:
    system = SystemUnderTest(practice.tenant.id)

    run_state_machine_as_test(cast("type[Machine]", lambda: Machine(practice, system)), settings=SETTINGS)

    report_line(
        "Lock services against the reference model",
        "steps",
        f"{COVERAGE['steps']} steps in {COVERAGE['examples']} examples",
    )
    assert COVERAGE["steps"] > 1000, "fewer prove little"
    never_seen = [one for one in [*get_args(Cause), *OUTCOMES] if not COVERAGE[one]]
    assert not never_seen
