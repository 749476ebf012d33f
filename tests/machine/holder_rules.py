"""Rules of holders and admins: acquire, renew, release, move, save, take over, force release."""

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


def is_free(model: ReferenceLock) -> bool:
    """Whether the lock has no lease."""
    return model.lease is None


admins_tabs = st.sampled_from([tab for tab in TABS if tab.member.is_admin] * 3 + TABS)
# The expected version, relative to the current one.
offsets = st.sampled_from([None, None, 0, 0, -1, 1])
operation_names = st.sampled_from(["acquire", "acquire", "renew", "save", "move", "take_over", "force_release"])
around = st.sampled_from([-1, 0, 0, 1])
offsets_given = st.sampled_from([0, 0, 0, -1, 1])


class HolderRules(LockStateMachine):
    """Rules of holders and admins."""

    @weighted_rule(weight=4, when=if_any_lock(is_free), subject=subjects, tab=tabs)
    def acquire_free_lock(self, subject: int, tab: ModelTab) -> None:
        self.start_step(subject, is_free)
        self._acquire(tab, None)

    @weighted_rule(subject=subjects, tab=tabs, offset=offsets)
    def acquire(self, subject: int, tab: ModelTab, offset: int | None) -> None:
        self.start_step(subject)
        self._acquire(tab, offset)

    @weighted_rule(when=if_any_lock(has_waiters), subject=subjects, offset=offsets, place=st.integers(0, 1))
    def acquire_after_waiting(self, subject: int, offset: int | None, place: int) -> None:
        self.start_step(subject, has_waiters)
        waitlist = self.focus.model.waitlist
        self._acquire(waitlist[place % len(waitlist)].tab if waitlist else TABS[place], offset)

    def _acquire(self, tab: ModelTab, offset: int | None) -> None:
        now, system = self.system.now, self.system
        place, model = self.focus.appointment, self.focus.model
        expected = None if offset is None else max(0, model.version + offset)
        self.compare(
            lambda: leases.acquire(
                system.tab(tab), place, expected_version=expected, clock=system.clock, ids=system.ids
            ),
            lambda: operations.acquire(model, tab, system.lock_id(), now, expected),
        )

    @weighted_rule(when=if_any_lock(is_leased), subject=subjects, nth=lock_id_ages, other=other_members)
    def renew(self, subject: int, nth: int, other: ModelMember | None) -> None:
        now, system = self.start_step(subject, is_leased), self.system
        lock_id, tab = self.focus.lock_id(nth)
        member, place = other or tab.member, self.focus.appointment
        self.compare(
            lambda: leases.renew(system.principal(member), place, lock_id, clock=system.clock),
            lambda: operations.renew(self.focus.model, member, lock_id, now),
        )

    @weighted_rule(
        when=if_any_lock(is_leased),
        subject=subjects,
        nth=lock_id_ages,
        other=other_members,
        offset=offsets,
        by_beacon=st.booleans(),
    )
    def release(
        self, subject: int, nth: int, other: ModelMember | None, offset: int | None, *, by_beacon: bool
    ) -> None:
        now, system, model = self.start_step(subject, is_leased), self.system, self.focus.model
        lock_id, tab = self.focus.lock_id(nth)
        member = None if by_beacon and lock_id.startswith(system.tenant_id) else other or tab.member
        expected = None if offset is None else max(0, model.version + offset)
        principal = system.principal(member) if member else None
        self.compare(
            lambda: leases.release(
                self.focus.appointment,
                lock_id,
                principal=principal,
                expected_version=expected,
                clock=system.clock,
            ),
            lambda: operations.release(model, member, lock_id, now, expected),
        )

    @weighted_rule(when=if_any_lock(is_leased), subject=subjects, tab=tabs)
    def move(self, subject: int, tab: ModelTab) -> None:
        now, system = self.start_step(subject, is_leased), self.system
        self.compare(
            lambda: leases.move(system.tab(tab), self.focus.appointment, clock=system.clock, ids=system.ids),
            lambda: operations.move(self.focus.model, tab, system.lock_id(), now),
        )

    @weighted_rule(when=if_any_lock(is_leased), subject=subjects, tab=admins_tabs, offset=offsets_given)
    def take_over(self, subject: int, tab: ModelTab, offset: int) -> None:
        now, system, model = self.start_step(subject, is_leased), self.system, self.focus.model
        expected = model.version + offset
        self.compare(
            lambda: commands.take_over(
                system.tab(tab),
                self.focus.appointment,
                reason="urgent",
                expected_version=expected,
                clock=system.clock,
                ids=system.ids,
            ),
            lambda: operations.take_over(model, tab, system.lock_id(), now, expected, "urgent"),
        )

    @weighted_rule(when=if_any_lock(is_leased), subject=subjects, tab=admins_tabs, offset=offsets_given)
    def force_release(self, subject: int, tab: ModelTab, offset: int) -> None:
        now, system, model = self.start_step(subject, is_leased), self.system, self.focus.model
        admin, expected, place = system.principal(tab.member), model.version + offset, self.focus.appointment
        self.compare(
            lambda: commands.force_release(
                admin, place, reason="gone home", expected_version=expected, clock=system.clock
            ),
            lambda: operations.force_release(model, tab.member, now, expected, "gone home"),
        )

    @weighted_rule(
        when=if_any_lock(is_leased),
        subject=subjects,
        nth=lock_id_ages,
        other=other_members,
        is_stale=st.sampled_from([False, False, True]),
    )
    def save(self, subject: int, nth: int, other: ModelMember | None, *, is_stale: bool) -> None:
        now = self.start_step(subject, is_leased)
        lock_id, tab = self.focus.lock_id(nth)
        self._save(other or tab.member, lock_id, now, is_stale=is_stale)

    @weighted_rule(when=if_any_lock(is_leased), subject=subjects)
    def all_past_holders_save(self, subject: int) -> None:
        """Save with recent lock ids: only the live lease passes the fence."""
        now = self.start_step(subject, is_leased)
        saved = [lock_id for lock_id, tab in self.focus.lock_ids[-4:] if self._save(tab.member, lock_id, now)]
        lease = self.focus.model.live_lease(now)
        assert saved == ([lease.lock_id] if lease else [])

    @weighted_rule(
        weight=4,
        when=lambda self: is_fast(self) and if_any_lock(is_leased)(self),
        subject=subjects,
        tab=admins_tabs,
        offset=around,
        operation=operation_names,
    )
    def act_at_lease_end(self, subject: int, tab: ModelTab, offset: int, operation: str) -> None:
        """Act just before the deadline, at it, and just after it."""
        self.start_step(subject, is_leased)
        subject = self.subjects.index(self.focus)
        if self.focus.model.lease:
            self.time = max(self.time, self.focus.model.lease.expires + offset)
        if operation in {"save", "renew"}:
            options: dict[str, object] = {"nth": 1, "other": None}
            options |= {"is_stale": False} if operation == "save" else {}
        else:
            options = {"tab": tab} | ({} if operation == "move" else {"offset": 0})
        getattr(self, operation)(subject=subject, **options)

    def _save(self, member: ModelMember, lock_id: str, now: int, *, is_stale: bool = False) -> bool:
        subject, system = self.focus, self.system
        version = subject.record_version - is_stale
        saved = self.compare(
            lambda: system.save(member, subject.appointment, lock_id, version),
            lambda: operations.save(subject.model, member, lock_id, now, is_stale=is_stale),
        )
        subject.record_version += saved
        return saved
