"""What the requests that change and list a practice's set-up have in common."""

from dataclasses import dataclass, fields
from typing import Any, cast

from chalicelib.core.http.schema import UNSET, Schema


class PartialUpdate(Schema):
    """Base of a request that names the fields to change; the others stay as they are."""

    __slots__ = ()

    def changes(self) -> dict[str, object]:
        """The fields that were sent."""
        sent = {field.name: getattr(self, field.name) for field in fields(cast("Any", self))}
        return {name: value for name, value in sent.items() if value is not UNSET}


@dataclass(frozen=True, slots=True)
class ArchivedQuery(Schema):
    """Whether to list what is archived too."""

    archived: bool = False
