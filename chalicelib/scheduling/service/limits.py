"""What keeps a practice's set-up in bounds, and a change from being blamed for what it does not touch."""

from collections.abc import Mapping, Sized

from chalicelib.core.errors import Fault
from chalicelib.core.shape import camel

# Of each kind, archived ones included: all of them are read by one query.
MOST_OF_A_KIND = 500


def room_for_one_more(kind: str, present: Sized) -> list[Fault]:
    """The fault of one too many, if it is."""
    return (
        [Fault("body", f"is one too many: there are {len(present)} {kind}")]
        if len(present) >= MOST_OF_A_KIND
        else []
    )


def faults_of_changes(changes: Mapping[str, object], faults: list[Fault]) -> list[Fault]:
    """The faults of what is changed, given those of the whole; and that of a change of nothing."""
    if not changes:
        return [Fault("body", "must change at least one field")]
    changed = {camel(name) for name in changes}
    return [fault for fault in faults if fault.field.partition(".")[0] in changed]
