"""What keeps a practice's set-up in bounds, and a change from being blamed for what it does not touch."""

from collections.abc import Mapping, Sized

from chalicelib.core.http.errors import FieldError
from chalicelib.core.http.schema import wire_name

# Of each kind, archived ones included: all of them are read by one query.
MAX_PER_KIND = 500


def quota_errors(kind: str, present: Sized) -> list[FieldError]:
    """The fault of one too many, if it is."""
    return (
        [FieldError("body", f"is one too many: there are {len(present)} {kind}")]
        if len(present) >= MAX_PER_KIND
        else []
    )


def errors_in_changes(changes: Mapping[str, object], faults: list[FieldError]) -> list[FieldError]:
    """The faults of what is changed, given those of the whole; and that of a change of nothing."""
    if not changes:
        return [FieldError("body", "must change at least one field")]
    changed = {wire_name(name) for name in changes}
    return [fault for fault in faults if fault.field.partition(".")[0] in changed]
