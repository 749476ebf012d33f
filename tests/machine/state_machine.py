"""What the machine has before it, how it takes a step on both sides, and what is compared after each."""

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
# How far the machine went: steps, examples, each outcome, each cause of a change.
COVERAGE: Counter[str] = Counter()


@dataclass
class Subject:
    """One appointment: its lock on paper, all lock ids that were given, and what the store has told so far."""

    appointment: str
    sheet: ReferenceLock = field(default_factory=ReferenceLock)
    lock_ids: list[tuple[str, ModelTab]] = field(default_factory=list)
    record_version: int = 1
    seen_causes: int = 0
    highest_version: int = 0
    status_version: int = 0
    removals: int = 0
    stream_image: StreamRecord | None = None

    def lock_id(self, nth: int) -> tuple[str, ModelTab]:
        """The nth newest lock id, and the tab that had it; a made-up one if there were not as many."""
        return self.lock_ids[-nth] if nth <= len(self.lock_ids) else ("nobody.has-this", TABS[0])


class LockStateMachine(RuleBasedStateMachine):
    """Both sides take the same step at the same time, and are compared."""

    def __init__(self, practice: Practice, office: SystemUnderTest) -> None:
        super().__init__()
        self.office = office
        self.desks = [Subject(practice.creates_appointment()) for _ in range(SUBJECTS)]
        self.focus = self.desks[0]
        self.time = OPENING
        self.skew = 0
        self.steps = 0
        self.last_checked: tuple[object, ...] = ()
        self.pending: list[StreamRecord] = []
        self.is_stalled = False
        self.a_timer_was_lost = False
        self.is_consistent = True
        self.is_hasty = True
        # An example may have been given up in the middle.
        office.reset([desk.appointment for desk in self.desks])

    @initialize(is_hasty=st.booleans())
    def choose_pace(self, *, is_hasty: bool) -> None:
        self.is_hasty = is_hasty

    def start_step(self, desk: int | None = None, wanted: LockPredicate = any_lock) -> int:
        """A step begins, at the clock of whoever serves it; that clock. It is about this desk, or about another if
        that has what is wanted and this has not.
        """
        self.office.now, self.skew = self.time + self.skew, 0
        self.office.next_id = f"{self.desks[0].appointment}-{self.steps}"
        if desk is not None:
            chosen = self.desks[desk]
            self.focus = next((one for one in [chosen, *self.desks] if wanted(one.sheet)), chosen)
        return self.office.now

    @rule(data=st.data())
    def next_step(self, data: st.DataObject) -> None:
        """Whatever may."""
        self.is_consistent = False
        COVERAGE["steps"] += 1
        name = data.draw(st.sampled_from(enabled_rules(self)), "what")
        drawn = {key: data.draw(values, key) for key, values in RULES[name].arguments.items()}
        getattr(self, name)(**drawn)

    def is_odd(self) -> bool:
        """Every eighth step may be one that makes no sense."""
        return self.steps % 8 == 7

    def compare(self, real: Callable[[], object], paper: Callable[[], object]) -> bool:
        """Do it on both sides; whether it was granted."""
        got, promised = views.outcome(real), views.outcome(paper)
        assert got == promised
        COVERAGE[got[0]] += 1
        return got[0] == "done"

    # Hypothesis checks the invariants in the order of their names: first what is written, then what is seen.
    @invariant()
    def records_match_reference(self) -> None:
        """Each in order, with its version and cause; and the last of them is whole."""
        self.steps += 1
        records = self.office.changes()
        for desk in self.desks:
            partition = self.office.partition(desk.appointment)
            self._check_records(desk, [one for one in records if one["Keys"]["pk"]["S"] == partition])
        self.pending += records
        if not self.is_stalled:
            self.deliver()

    def _check_records(self, desk: Subject, records: list[StreamRecord]) -> None:
        written = [one for one in records if "NewImage" in one]
        changes = [(int(one["NewImage"]["version"]["N"]), one["NewImage"]["cause"]["S"]) for one in written]
        assert changes == desk.sheet.causes[desk.seen_causes :]
        desk.seen_causes = len(desk.sheet.causes)
        for record in written:
            self._check_version_grows(desk, record)
        desk.stream_image = records[-1].get("NewImage") if records else desk.stream_image
        if desk.stream_image and records:
            assert views.written(item.record_from_image(desk.stream_image)) == views.written_on(desk.sheet)
            assert int(desk.stream_image["ttl"]["N"]) == desk.sheet.ttl // SECOND
        assert (desk.stream_image is not None) == desk.sheet.is_there

    def _check_version_grows(self, desk: Subject, record: StreamRecord) -> None:
        image, old = record["NewImage"], record.get("OldImage", {})
        version = int(image["version"]["N"])
        assert version > desk.highest_version, "the version only grows, removal of the item included"
        desk.highest_version = version
        COVERAGE[image["cause"]["S"]] += 1
        lock_id = image.get("lockId", {}).get("S")
        if lock_id and lock_id != old.get("lockId", {}).get("S"):
            assert lock_id not in [given for given, _ in desk.lock_ids], "an ended hold never comes back"
            session, user = image["sessionId"]["S"], image["userId"]["S"]
            (tab,) = [one for one in TABS if (one.member.member_id, one.tab_id) == (user, session)]
            desk.lock_ids.append((lock_id, tab))

    @invariant()
    def status_matches_reference(self) -> None:
        """One member asks for lock-status; the others' views are made from the same record."""
        desk, now = self.focus, self.time
        standing = (desk.appointment, desk.sheet.is_there, desk.sheet.version, now)
        if standing[:3] != self.last_checked[:3] or (standing != self.last_checked and self.is_odd()):
            self._check_status(desk, now)
        self.last_checked, self.is_consistent = standing, True

    def _check_status(self, desk: Subject, now: int) -> None:
        self.office.now = now
        viewer = MEMBERS[self.steps % len(MEMBERS)]
        principal, clock = self.office.principal(viewer), self.office.clock
        asked = views.status(leases.status(principal, desk.appointment, clock=clock))
        assert asked == desk.sheet.status(viewer, now)
        assert desk.sheet.version >= desk.status_version or desk.removals, "lock-status never goes back"
        desk.status_version = max(desk.status_version, desk.sheet.version)
        if desk.stream_image:
            self._check_one_holder(desk, now)

    def _check_one_holder(self, desk: Subject, now: int) -> None:
        assert desk.stream_image
        record = item.record_from_image(desk.stream_image)
        seen = {who: rules.to_status(record, who.member_id, from_ms(now)) for who in MEMBERS}
        for who, status in seen.items():
            assert views.status(status) == desk.sheet.status(who, now)
        having = [status.state for status in seen.values()]
        assert having.count("locked_by_user") <= 1
        assert ("locked_by_user" in having) == ("locked_by_other" in having)

    def deliver(self, times: int = 1) -> None:
        """The stream's function gets what is pending."""
        self.office.now = self.time
        records, self.pending = self.pending, []
        for record in records * times:
            self.office.deliver_record(record)
        for record in records:
            if "NewImage" not in record:
                self._check_last_version(record)

    def _check_last_version(self, record: StreamRecord) -> None:
        (desk,) = [
            one for one in self.desks if self.office.partition(one.appointment) == record["Keys"]["pk"]["S"]
        ]
        last = deadlines.after_removal(item.record_from_image(record["OldImage"])).version
        desk.sheet.last_version = max(desk.sheet.last_version, last)
        desk.removals -= 1
