"""One change of an appointment, to be saved at a version."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.appointments.model.appointment import Changes, Editor, Status
from chalicelib.appointments.model.revision import Revision
from chalicelib.scheduling.model.allocation import AllocationChange


@dataclass(frozen=True, slots=True)
class Edit:
    """The changes of an editor to `version` of an appointment, with time and reason.

    `restored_from` is the version that a restore brings back. `unless_status` refuses an appointment that has this
    status already. `discards_draft` removes the editor's draft with the save. `allocation_change` is the change of
    allocated time, if any.
    """

    version: int
    changes: Changes
    editor: Editor
    now: datetime
    restored_from: int | None = None
    reason: str | None = None
    unless_status: Status | None = None
    discards_draft: bool = False
    allocation_change: AllocationChange | None = None

    def to_revision(self) -> Revision:
        """Return the revision that records this edit."""
        return Revision(self.version + 1, self.changes, self.now, self.editor, self.restored_from, self.reason)
