"""News, and the change of a lock that makes some."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.core.auth import Principal
from chalicelib.locking.model import Asker, Lock, LockRecord, Tab
from chalicelib.realtime.frames import Frame

Image = dict[str, Any]
# Whether the server has unsaved text: by tenant, appointment and member.
HasDraft = Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class News:
    """A frame, and to whom it goes: all who follow any of these topics, each once, or one tab."""

    to: tuple[str, ...] | Tab
    frame: Frame


@dataclass(frozen=True, slots=True)
class Change:
    """How a lock stood, if it had an item, and how it stands."""

    tenant_id: str
    old: LockRecord | None
    new: LockRecord

    def tab_of(self, person: Lock | Asker | None) -> Tab | None:
        """The tab of a holder or of one in line."""
        if person is None or person.session_id is None:
            return None
        info = person.user_info
        return Tab(Principal(self.tenant_id, person.user_id, info.email, info.name, "staff"), person.session_id)

    @property
    def holder(self) -> Tab | None:
        """The tab that has the lock."""
        return self.tab_of(self.new.lock)

    @property
    def former(self) -> Tab | None:
        """The tab that had the lock."""
        return self.tab_of(self.old.lock if self.old else None)

    @property
    def answered(self) -> Asker | None:
        """The one who was first in line."""
        return self.old.line[0] if self.old and self.old.line else None

    def facts(self) -> dict[str, Any]:
        """What every frame about a lock says."""
        new = self.new
        return {
            "at": new.changed_at,
            "appointment_id": new.appointment_id,
            "version": new.version,
            "lock": new.shown,
        }
