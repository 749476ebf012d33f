"""The state machine: each step acts on the product and on the reference model, and compares them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.core.clock import from_ms
from chalicelib.locking.model import rules
from chalicelib.locking.service import deadlines, leases
from chalicelib.locking.store import item
from tests.app_client.practice import Practice
from tests.machine import views
from tests.machine.model_types import SECOND, ModelTab
from tests.machine.reference_model import ReferenceLock
from tests.machine.strategies import MEMBERS, SUBJECTS, TABS, LockPredicate, any_lock
from tests.machine.system_under_test import StreamRecord, SystemUnderTest
from tests.machine.weighted_rules import RULES, enabled_rules

# A Monday in January, at nine.
OPENING = 1_767_603_600_000
# Counts of steps, examples, outcomes and causes of changes.
COVERAGE: Counter[str] = Counter()


@dataclass
class Subject:
    """One appointment: its reference model, its lock ids so far, and what the stream has shown."""

    appointment: str
    model: ReferenceLock = field(default_factory=ReferenceLock)
    lock_ids: list[tuple[str, ModelTab]] = field(default_factory=list)
    record_version: int = 1
    seen_causes: int = 0
    highest_version: int = 0
    status_version: int = 0
    removals: int = 0
    stream_image: StreamRecord | None = None

    def lock_id(self, nth: int) -> tuple[str, ModelTab]:
        """Return the nth newest lock id and its tab, or an invented one."""
        return self.lock_ids[-nth] if nth <= len(self.lock_ids) else ("nobody.has-this", TABS[0])


class LockStateMachine(RuleBasedStateMachine):
    """Applies each step to product and reference model at the same time."""

    def __init__(self, practice: Practice, system: SystemUnderTest) -> None:
        super().__init__()
        self.system = system
        self.subjects = [Subject(practice.creates_appointment()) for _ in range(SUBJECTS)]
        self.focus = self.subjects[0]
        self.time = OPENING
        self.skew = 0
        self.steps = 0
        self.last_checked: tuple[object, ...] = ()
        self.pending: list[StreamRecord] = []
        self.is_stalled = False
        self.timer_lost = False
        self.is_consistent = True
        self.is_fast = True
        # The last example may have been abandoned.
        system.reset([subject.appointment for subject in self.subjects])

    @initialize(is_fast=st.booleans())
    def choose_pace(self, *, is_fast: bool) -> None:
        self.is_fast = is_fast

    def start_step(self, subject: int | None = None, wanted: LockPredicate = any_lock) -> int:
        """Start a step and return its clock. It concerns this subject, or another that fulfils `wanted`."""
        self.system.now, self.skew = self.time + self.skew, 0
        self.system.next_id = f"{self.subjects[0].appointment}-{self.steps}"
        if subject is not None:
            chosen = self.subjects[subject]
            self.focus = next((one for one in [chosen, *self.subjects] if wanted(one.model)), chosen)
        return self.system.now

    @rule(data=st.data())
    def next_step(self, data: st.DataObject) -> None:
        """Run one of the enabled rules."""
        self.is_consistent = False
        COVERAGE["steps"] += 1
        name = data.draw(st.sampled_from(enabled_rules(self)), "what")
        drawn = {key: data.draw(values, key) for key, values in RULES[name].arguments.items()}
        getattr(self, name)(**drawn)

    def is_odd(self) -> bool:
        """Whether this step, one of eight, may be senseless."""
        return self.steps % 8 == 7

    def compare(self, product: Callable[[], object], model: Callable[[], object]) -> bool:
        """Run both and compare the outcomes. Returns whether they succeeded."""
        got, expected = views.outcome(product), views.outcome(model)
        assert got == expected
        COVERAGE[got[0]] += 1
        return got[0] == "done"

    # Hypothesis checks invariants in the order of their names: first the records, then the status.
    @invariant()
    def records_match_reference(self) -> None:
        """Check that the stream has each change in order, with version and cause, and the last complete."""
        self.steps += 1
        records = self.system.changes()
        for subject in self.subjects:
            partition = self.system.partition(subject.appointment)
            self._check_records(subject, [one for one in records if one["Keys"]["pk"]["S"] == partition])
        self.pending += records
        if not self.is_stalled:
            self.deliver()

    def _check_records(self, subject: Subject, records: list[StreamRecord]) -> None:
        written = [one for one in records if "NewImage" in one]
        changes = [(int(one["NewImage"]["version"]["N"]), one["NewImage"]["cause"]["S"]) for one in written]
        assert changes == subject.model.causes[subject.seen_causes :]
        subject.seen_causes = len(subject.model.causes)
        for record in written:
            self._check_version_grows(subject, record)
        subject.stream_image = records[-1].get("NewImage") if records else subject.stream_image
        if subject.stream_image and records:
            assert views.written(item.record_from_image(subject.stream_image)) == views.written_on(subject.model)
            assert int(subject.stream_image["ttl"]["N"]) == subject.model.ttl // SECOND
        assert (subject.stream_image is not None) == subject.model.is_there

    def _check_version_grows(self, subject: Subject, record: StreamRecord) -> None:
        image, old = record["NewImage"], record.get("OldImage", {})
        version = int(image["version"]["N"])
        assert version > subject.highest_version, "the version only grows, removal of the item included"
        subject.highest_version = version
        COVERAGE[image["cause"]["S"]] += 1
        lock_id = image.get("lockId", {}).get("S")
        if lock_id and lock_id != old.get("lockId", {}).get("S"):
            assert lock_id not in [given for given, _ in subject.lock_ids], "an ended lease never comes back"
            session, user = image["sessionId"]["S"], image["userId"]["S"]
            (tab,) = [one for one in TABS if (one.member.member_id, one.tab_id) == (user, session)]
            subject.lock_ids.append((lock_id, tab))

    @invariant()
    def status_matches_reference(self) -> None:
        """One member reads lock-status; the views of all others come from the same record."""
        subject, now = self.focus, self.time
        standing = (subject.appointment, subject.model.is_there, subject.model.version, now)
        if standing[:3] != self.last_checked[:3] or (standing != self.last_checked and self.is_odd()):
            self._check_status(subject, now)
        self.last_checked, self.is_consistent = standing, True

    def _check_status(self, subject: Subject, now: int) -> None:
        self.system.now = now
        viewer = MEMBERS[self.steps % len(MEMBERS)]
        principal, clock = self.system.principal(viewer), self.system.clock
        asked = views.status(leases.status(principal, subject.appointment, clock=clock))
        assert asked == subject.model.status(viewer, now)
        assert subject.model.version >= subject.status_version or subject.removals, "lock-status never goes back"
        subject.status_version = max(subject.status_version, subject.model.version)
        if subject.stream_image:
            self._check_one_holder(subject, now)

    def _check_one_holder(self, subject: Subject, now: int) -> None:
        assert subject.stream_image
        record = item.record_from_image(subject.stream_image)
        seen = {member: rules.to_status(record, member.member_id, from_ms(now)) for member in MEMBERS}
        for member, status in seen.items():
            assert views.status(status) == subject.model.status(member, now)
        having = [status.state for status in seen.values()]
        assert having.count("locked_by_user") <= 1
        assert ("locked_by_user" in having) == ("locked_by_other" in having)

    def deliver(self, times: int = 1) -> None:
        """Deliver the pending records to the stream's function."""
        self.system.now = self.time
        records, self.pending = self.pending, []
        for record in records * times:
            self.system.deliver_record(record)
        for record in records:
            if "NewImage" not in record:
                self._check_last_version(record)

    def _check_last_version(self, record: StreamRecord) -> None:
        (subject,) = [
            one for one in self.subjects if self.system.partition(one.appointment) == record["Keys"]["pk"]["S"]
        ]
        last = deadlines.after_removal(item.record_from_image(record["OldImage"])).version
        subject.model.last_version = max(subject.model.last_version, last)
        subject.removals -= 1
