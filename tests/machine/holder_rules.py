"""What members do: taking the lock, keeping it, giving it back, saving under it, and taking it from others."""

from hypothesis import strategies as st

from chalicelib.locking.service import admin as commands
from chalicelib.locking.service import leases
from tests.machine import operations
from tests.machine.model_types import ModelMember, ModelTab
from tests.machine.reference_model import ReferenceLock
from tests.machine.state_machine import LockStateMachine
from tests.machine.strategies import (
    TABS,
    has_waiters,
    if_any_lock,
    is_fast,
    is_leased,
    lock_id_ages,
    other_members,
    subjects,
    tabs,
)
from tests.machine.weighted_rules import weighted_rule


def is_free(sheet: ReferenceLock) -> bool:
    """Nobody holds it."""
    return sheet.lease is None


admins_tabs = st.sampled_from([tab for tab in TABS if tab.member.is_admin] * 3 + TABS)
# The version that one saw, against the one that is.
offsets = st.sampled_from([None, None, 0, 0, -1, 1])
operation_names = st.sampled_from(["acquire", "acquire", "renew", "save", "move", "take_over", "force_release"])
around = st.sampled_from([-1, 0, 0, 1])
offsets_given = st.sampled_from([0, 0, 0, -1, 1])


class HolderRules(LockStateMachine):
    """What members do."""

    @weighted_rule(weight=4, when=if_any_lock(is_free), desk=subjects, tab=tabs)
    def acquire_free_lock(self, desk: int, tab: ModelTab) -> None:
        self.start_step(desk, is_free)
        self._acquire(tab, None)

    @weighted_rule(desk=subjects, tab=tabs, offset=offsets)
    def acquire(self, desk: int, tab: ModelTab, offset: int | None) -> None:
        self.start_step(desk)
        self._acquire(tab, offset)

    @weighted_rule(when=if_any_lock(has_waiters), desk=subjects, offset=offsets, place=st.integers(0, 1))
    def acquire_after_waiting(self, desk: int, offset: int | None, place: int) -> None:
        self.start_step(desk, has_waiters)
        line = self.focus.sheet.waitlist
        self._acquire(line[place % len(line)].tab if line else TABS[place], offset)

    def _acquire(self, tab: ModelTab, offset: int | None) -> None:
        now, office = self.office.now, self.office
        place, sheet = self.focus.appointment, self.focus.sheet
        expected = None if offset is None else max(0, sheet.version + offset)
        self.compare(
            lambda: leases.acquire(
                office.tab(tab), place, expected_version=expected, clock=office.clock, ids=office.ids
            ),
            lambda: operations.acquire(sheet, tab, office.lock_id(), now, expected),
        )

    @weighted_rule(when=if_any_lock(is_leased), desk=subjects, nth=lock_id_ages, other=other_members)
    def renew(self, desk: int, nth: int, other: ModelMember | None) -> None:
        now, office = self.start_step(desk, is_leased), self.office
        lock_id, tab = self.focus.lock_id(nth)
        who, place = other or tab.member, self.focus.appointment
        self.compare(
            lambda: leases.renew(office.principal(who), place, lock_id, clock=office.clock),
            lambda: operations.renew(self.focus.sheet, who, lock_id, now),
        )

    @weighted_rule(
        when=if_any_lock(is_leased),
        desk=subjects,
        nth=lock_id_ages,
        other=other_members,
        offset=offsets,
        by_beacon=st.booleans(),
    )
    def release(
        self, desk: int, nth: int, other: ModelMember | None, offset: int | None, *, by_beacon: bool
    ) -> None:
        now, office, sheet = self.start_step(desk, is_leased), self.office, self.focus.sheet
        lock_id, tab = self.focus.lock_id(nth)
        who = None if by_beacon and lock_id.startswith(office.tenant_id) else other or tab.member
        expected = None if offset is None else max(0, sheet.version + offset)
        principal = office.principal(who) if who else None
        self.compare(
            lambda: leases.release(
                self.focus.appointment,
                lock_id,
                principal=principal,
                expected_version=expected,
                clock=office.clock,
            ),
            lambda: operations.release(sheet, who, lock_id, now, expected),
        )

    @weighted_rule(when=if_any_lock(is_leased), desk=subjects, tab=tabs)
    def move(self, desk: int, tab: ModelTab) -> None:
        now, office = self.start_step(desk, is_leased), self.office
        self.compare(
            lambda: leases.move(office.tab(tab), self.focus.appointment, clock=office.clock, ids=office.ids),
            lambda: operations.move(self.focus.sheet, tab, office.lock_id(), now),
        )

    @weighted_rule(when=if_any_lock(is_leased), desk=subjects, tab=admins_tabs, offset=offsets_given)
    def take_over(self, desk: int, tab: ModelTab, offset: int) -> None:
        now, office, sheet = self.start_step(desk, is_leased), self.office, self.focus.sheet
        expected = sheet.version + offset
        self.compare(
            lambda: commands.take_over(
                office.tab(tab),
                self.focus.appointment,
                reason="urgent",
                expected_version=expected,
                clock=office.clock,
                ids=office.ids,
            ),
            lambda: operations.take_over(sheet, tab, office.lock_id(), now, expected, "urgent"),
        )

    @weighted_rule(when=if_any_lock(is_leased), desk=subjects, tab=admins_tabs, offset=offsets_given)
    def force_release(self, desk: int, tab: ModelTab, offset: int) -> None:
        now, office, sheet = self.start_step(desk, is_leased), self.office, self.focus.sheet
        admin, expected, place = office.principal(tab.member), sheet.version + offset, self.focus.appointment
        self.compare(
            lambda: commands.force_release(
                admin, place, reason="gone home", expected_version=expected, clock=office.clock
            ),
            lambda: operations.force_release(sheet, tab.member, now, expected, "gone home"),
        )

    @weighted_rule(
        when=if_any_lock(is_leased),
        desk=subjects,
        nth=lock_id_ages,
        other=other_members,
        is_stale=st.sampled_from([False, False, True]),
    )
    def save(self, desk: int, nth: int, other: ModelMember | None, *, is_stale: bool) -> None:
        now = self.start_step(desk, is_leased)
        lock_id, tab = self.focus.lock_id(nth)
        self._save(other or tab.member, lock_id, now, is_stale=is_stale)

    @weighted_rule(when=if_any_lock(is_leased), desk=subjects)
    def all_past_holders_save(self, desk: int) -> None:
        """Exactly the lock that runs passes the fence."""
        now = self.start_step(desk, is_leased)
        saved = [lock_id for lock_id, tab in self.focus.lock_ids[-4:] if self._save(tab.member, lock_id, now)]
        hold = self.focus.sheet.live_lease(now)
        assert saved == ([hold.lock_id] if hold else [])

    @weighted_rule(
        weight=4,
        when=lambda self: is_fast(self) and if_any_lock(is_leased)(self),
        desk=subjects,
        tab=admins_tabs,
        offset=around,
        deed=operation_names,
    )
    def act_at_lease_end(self, desk: int, tab: ModelTab, offset: int, deed: str) -> None:
        """Just before it, in its last instant, and just after it."""
        self.start_step(desk, is_leased)
        desk = self.desks.index(self.focus)
        if self.focus.sheet.lease:
            self.time = max(self.time, self.focus.sheet.lease.expires + offset)
        if deed in {"save", "renew"}:
            options: dict[str, object] = {"nth": 1, "other": None}
            options |= {"is_stale": False} if deed == "save" else {}
        else:
            options = {"tab": tab} | ({} if deed == "move" else {"offset": 0})
        getattr(self, deed)(desk=desk, **options)

    def _save(self, who: ModelMember, lock_id: str, now: int, *, is_stale: bool = False) -> bool:
        desk, office = self.focus, self.office
        version = desk.record_version - is_stale
        saved = self.compare(
            lambda: office.save(who, desk.appointment, lock_id, version),
            lambda: operations.save(desk.sheet, who, lock_id, now, is_stale=is_stale),
        )
        desk.record_version += saved
        return saved
