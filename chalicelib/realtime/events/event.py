"""News, and the change of a lock that makes some."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Lock, LockRecord, Tab, Waiter
from chalicelib.realtime.frames import Frame

Image = dict[str, Any]
# Whether the server has unsaved text: by tenant, appointment and member.
HasDraft = Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """A frame, and to whom it goes: all who follow any of these topics, each once, or one tab."""

    recipients: tuple[str, ...] | Tab
    frame: Frame


@dataclass(frozen=True, slots=True)
class LockChange:
    """How a lock stood, if it had an item, and how it stands."""

    tenant_id: str
    old: LockRecord | None
    new: LockRecord

    def tab_of(self, person: Lock | Waiter | None) -> Tab | None:
        """The tab of a holder or of one in line."""
        tab_id = person.session_id if isinstance(person, Lock) else person.tab_id if person else None
        if person is None or tab_id is None:
            return None
        info = person.user_info
        return Tab(Principal(self.tenant_id, person.actor.user_id, info.email, info.name, "staff"), tab_id)

    @property
    def holder(self) -> Tab | None:
        """The tab that has the lock."""
        return self.tab_of(self.new.lock)

    @property
    def previous_holder(self) -> Tab | None:
        """The tab that had the lock."""
        return self.tab_of(self.old.lock if self.old else None)

    @property
    def first_waiter(self) -> Waiter | None:
        """The one who was first in line."""
        return self.old.waitlist[0] if self.old and self.old.waitlist else None

    def common_fields(self) -> dict[str, Any]:
        """What every frame about a lock says."""
        new = self.new
        return {
            "at": new.changed_at,
            "appointment_id": new.appointment_id,
            "version": new.version,
            "lock": new.lock_with_request,
        }
