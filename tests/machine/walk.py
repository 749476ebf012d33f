"""What the machine has before it, how it takes a step on both sides, and what is compared after each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.core.clock import from_ms
from chalicelib.locking.model import rules
from chalicelib.locking.service import deadlines, holding
from chalicelib.locking.store import item
from tests.driver.practice import Practice
from tests.machine import views
from tests.machine.acts import CHANCES, possible
from tests.machine.choices import DESKS, MEMBERS, TABS, Wish, anything
from tests.machine.nouns import SECOND, At
from tests.machine.office import Office, Record
from tests.machine.paper import Sheet

# A Monday in January, at nine.
OPENING = 1_767_603_600_000
# How far the machine went: steps, examples, each outcome, each cause of a change.
WALKED: Counter[str] = Counter()


@dataclass
class Desk:
    """One appointment: its lock on paper, all lock ids that were given, and what the store has told so far."""

    appointment: str
    sheet: Sheet = field(default_factory=Sheet)
    given: list[tuple[str, At]] = field(default_factory=list)
    record_version: int = 1
    heard: int = 0
    highest: int = 0
    shown: int = 0
    removals: int = 0
    image: Record | None = None

    def lock_id(self, nth: int) -> tuple[str, At]:
        """The nth newest lock id, and the tab that had it; a made-up one if there were not as many."""
        return self.given[-nth] if nth <= len(self.given) else ("nobody.has-this", TABS[0])


class Walk(RuleBasedStateMachine):
    """Both sides take the same step at the same time, and are compared."""

    def __init__(self, practice: Practice, office: Office) -> None:
        super().__init__()
        self.office = office
        self.desks = [Desk(practice.enters_appointment()) for _ in range(DESKS)]
        self.focus = self.desks[0]
        self.time = OPENING
        self.skew = 0
        self.taken = 0
        self.looked_at: tuple[object, ...] = ()
        self.pending: list[Record] = []
        self.is_stalled = False
        self.a_timer_was_lost = False
        self.is_sound = True
        self.is_hasty = True
        # An example may have been given up in the middle.
        office.begin_anew([desk.appointment for desk in self.desks])

    @initialize(is_hasty=st.booleans())
    def choose_the_pace(self, *, is_hasty: bool) -> None:
        self.is_hasty = is_hasty

    def begin(self, desk: int | None = None, wanted: Wish = anything) -> int:
        """A step begins, at the clock of whoever serves it; that clock. It is about this desk, or about another if
        that has what is wanted and this has not.
        """
        self.office.now, self.skew = self.time + self.skew, 0
        self.office.secret = f"{self.desks[0].appointment}-{self.taken}"
        if desk is not None:
            chosen = self.desks[desk]
            self.focus = next((one for one in [chosen, *self.desks] if wanted(one.sheet)), chosen)
        return self.office.now

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """Whatever may."""
        self.is_sound = False
        WALKED["steps"] += 1
        name = data.draw(st.sampled_from(possible(self)), "what")
        drawn = {key: data.draw(values, key) for key, values in CHANCES[name].arguments.items()}
        getattr(self, name)(**drawn)

    def is_odd(self) -> bool:
        """Every eighth step may be one that makes no sense."""
        return self.taken % 8 == 7

    def compare(self, real: Callable[[], object], paper: Callable[[], object]) -> bool:
        """Do it on both sides; whether it was granted."""
        got, promised = views.outcome(real), views.outcome(paper)
        assert got == promised
        WALKED[got[0]] += 1
        return got[0] == "done"

    # Hypothesis checks the invariants in the order of their names: first what is written, then what is seen.
    @invariant()
    def all_changes_are_in_the_stream(self) -> None:
        """Each in order, with its version and cause; and the last of them is whole."""
        self.taken += 1
        records = self.office.changes()
        for desk in self.desks:
            partition = self.office.partition(desk.appointment)
            self._hear(desk, [one for one in records if one["Keys"]["pk"]["S"] == partition])
        self.pending += records
        if not self.is_stalled:
            self.deliver()

    def _hear(self, desk: Desk, records: list[Record]) -> None:
        written = [one for one in records if "NewImage" in one]
        changes = [(int(one["NewImage"]["version"]["N"]), one["NewImage"]["cause"]["S"]) for one in written]
        assert changes == desk.sheet.story[desk.heard :]
        desk.heard = len(desk.sheet.story)
        for record in written:
            self._versions_grow(desk, record)
        desk.image = records[-1].get("NewImage") if records else desk.image
        if desk.image and records:
            assert views.written(item.record_of(desk.image)) == views.written_on(desk.sheet)
            assert int(desk.image["ttl"]["N"]) == desk.sheet.removal // SECOND
        assert (desk.image is not None) == desk.sheet.is_there

    def _versions_grow(self, desk: Desk, record: Record) -> None:
        image, old = record["NewImage"], record.get("OldImage", {})
        version = int(image["version"]["N"])
        assert version > desk.highest, "the version only grows, removal of the item included"
        desk.highest = version
        WALKED[image["cause"]["S"]] += 1
        lock_id = image.get("lockId", {}).get("S")
        if lock_id and lock_id != old.get("lockId", {}).get("S"):
            assert lock_id not in [given for given, _ in desk.given], "an ended hold never comes back"
            session, user = image["sessionId"]["S"], image["userId"]["S"]
            (tab,) = [one for one in TABS if (one.who.user_id, one.session) == (user, session)]
            desk.given.append((lock_id, tab))

    @invariant()
    def everybody_sees_the_same(self) -> None:
        """One member asks for lock-status; the others' views are made from the same record."""
        desk, now = self.focus, self.time
        standing = (desk.appointment, desk.sheet.is_there, desk.sheet.version, now)
        if standing[:3] != self.looked_at[:3] or (standing != self.looked_at and self.is_odd()):
            self._look(desk, now)
        self.looked_at, self.is_sound = standing, True

    def _look(self, desk: Desk, now: int) -> None:
        self.office.now = now
        viewer = MEMBERS[self.taken % len(MEMBERS)]
        principal, clock = self.office.principal(viewer), self.office.clock
        asked = views.status(holding.status(principal, desk.appointment, clock=clock))
        assert asked == desk.sheet.status(viewer, now)
        assert desk.sheet.version >= desk.shown or desk.removals, "lock-status never goes back"
        desk.shown = max(desk.shown, desk.sheet.version)
        if desk.image:
            self._only_one_has_it(desk, now)

    def _only_one_has_it(self, desk: Desk, now: int) -> None:
        assert desk.image
        record = item.record_of(desk.image)
        seen = {who: rules.describe(record, who.user_id, from_ms(now)) for who in MEMBERS}
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
            self.office.follow_up(record)
        for record in records:
            if "NewImage" not in record:
                self._keep(record)

    def _keep(self, record: Record) -> None:
        (desk,) = [
            one for one in self.desks if self.office.partition(one.appointment) == record["Keys"]["pk"]["S"]
        ]
        last = deadlines.removed(item.record_of(record["OldImage"])).version
        desk.sheet.kept = max(desk.sheet.kept, last)
        desk.removals -= 1
